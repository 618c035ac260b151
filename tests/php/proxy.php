<?php

declare(strict_types=1);

// A door to a MariaDB through which a test counts the statements of a page, and sends it a signal behind one of them.

/** The page's end of it. */
final class Proxy
{
    private function __construct(public readonly string $setting, private readonly int $process, private readonly mixed $control)
    {
    }

    /** Starts it in a process of its own, on a socket in a folder. */
    public static function start(string $setting, string $folder): self
    {
        [$socket, , , $database] = place($setting);
        [$here, $there] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        $listening = stream_socket_server("unix://$folder/p.sock");
        $page = getmypid();
        $process = pcntl_fork();
        if ($process === 0) {
            fclose($here);
            relay($listening, "unix://$socket", $there, $page);
            posix_kill(getmypid(), SIGKILL);
        }
        fclose($listening);
        fclose($there);
        return new self("mysql://root@localhost/$database?socket=$folder/p.sock", $process, $here);
    }

    /** From now on statements are counted from 1; behind this one the process gets a signal before it has its answer. */
    public function arm(int $step, ?int $process = null): void
    {
        fwrite($this->control, json_encode([$step, $process ?? getmypid()]) . "\n");
        same("armed\n", fgets($this->control), 'the proxy');
    }

    /** The statement behind which the signal was sent, if so many came; nothing is counted any more. */
    public function struck(): ?string
    {
        fwrite($this->control, json_encode([0, 0]) . "\n");
        return json_decode(fgets($this->control));
    }

    public function end(): void
    {
        posix_kill($this->process, SIGKILL);
        pcntl_waitpid($this->process, $status);
    }
}

/** Hands bytes to and fro until the page is gone. */
function relay(mixed $listening, string $server, mixed $control, int $page): void
{
    $peers = [];
    [$step, $victim, $count, $struck] = [0, 0, 0, null];
    while (posix_getppid() === $page) {
        $reads = [$listening, $control, ...array_column($peers, 'from')];
        $none = null;
        if (!stream_select($reads, $none, $none, 1)) {
            continue;
        }
        foreach ($reads as $read) {
            if ($read === $listening) {
                [$client, $target] = [stream_socket_accept($listening), stream_socket_client($server)];
                $peers[(int) $client] = ['from' => $client, 'to' => $target, 'asks' => true];
                $peers[(int) $target] = ['from' => $target, 'to' => $client, 'asks' => false];
            } elseif ($read === $control) {
                $line = fgets($control);
                if ($line === false) {
                    return;
                }
                $told = $struck;
                [$step, $victim] = json_decode($line);
                [$count, $struck] = [0, null];
                fwrite($control, $step > 0 ? "armed\n" : json_encode($told) . "\n");
            } elseif (isset($peers[(int) $read])) {
                ['to' => $to, 'asks' => $asks] = $peers[(int) $read];
                $bytes = fread($read, 1 << 20);
                if ($bytes === '' || $bytes === false) {
                    unset($peers[(int) $read], $peers[(int) $to]);
                    fclose($to);
                    fclose($read);
                    continue;
                }
                // A packet of the protocol: three bytes of length, its number, and 3 for a statement.
                if ($asks && strlen($bytes) > 5 && $bytes[3] === "\0" && $bytes[4] === "\x03" && $step > 0 && ++$count === $step) {
                    $struck = substr($bytes, 5, 60);
                }
                if (!$asks && $struck !== null && $victim !== 0) {
                    posix_kill($victim, SIGUSR1);
                    $victim = 0;
                }
                fwrite($to, $bytes);
            }
        }
    }
}
