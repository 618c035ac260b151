<?php
// Sign-in of the demo: anybody can sign in as any member. A real site has its own sign-in here and calls sign_in().

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    check_csrf();
    $user = number_of(posted('user_id'));
    if ($user === null) {
        tell('bad', t('home.no_number'));
        redirect('index.php');
    }
    try {
        if (posted('join') !== '') {
            loyalty_enroll($user, name: posted('name') ?: null, locale: locale(), actor: visitor());
        } else {
            loyalty_profile($user);
        }
    } catch (LoyaltyNotFoundException) {
        keep('unknown', $user);
        redirect('index.php');
    } catch (LoyaltyInvalidException $error) {
        tell('bad', t($error->getDetails()['field'] === 'name' ? 'home.bad_name' : 'home.no_number'));
        redirect('index.php');
    }
    sign_in($user);
    redirect('loyalty.php');
}

/** Members to try: those with the most orders in the import. */
function busiest(): array
{
    $report = var_folder() . '/demo.json';
    $members = [];
    foreach (is_file($report) ? json_decode((string) file_get_contents($report), true)['busiest'] ?? [] : [] as $member) {
        $members[] = $member + loyalty_profile($member['user_id']);
    }
    return $members;
}

show('home', t('home.title'), ['members' => busiest(), 'unknown' => take('unknown')]);
