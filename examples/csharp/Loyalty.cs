// The loyalty engine for C#: the installed library, called by P/Invoke. Runs on Mono, .NET Framework and .NET.

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Serialization.Json;
using System.Text;

namespace Loyalty
{
    /// <summary>What to do about an error.</summary>
    public enum Status { Ok, Invalid, NotFound, Refused, Conflict, Unavailable, Internal }

    /// <summary>Why a call failed. `Code` is stable and made for programs, the message for a developer's log.</summary>
    public class LoyaltyException : Exception
    {
        public readonly Status Status;
        public readonly string Code;
        /// <summary>A JSON object.</summary>
        public readonly string Details;

        internal LoyaltyException(Status status, string code, string message, string details) : base(message)
        {
            Status = status;
            Code = code;
            Details = details;
        }
    }

    /// <summary>Money: digits times 10^-scale.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Amount
    {
        public long Digits;
        public uint Scale;
        uint reserved;
    }

    /// <summary>A paid order: loyalty_earn_points_args.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Order
    {
        internal uint Size;
        uint reserved;
        public long UserId;
        public Amount Amount;
        internal IntPtr OrderId, Items;
        internal UIntPtr ItemCount;
        internal IntPtr Shop, Tax, PointsPaid, GiftCardPaid, Points, Description;
        public long AtMicros;
        internal IntPtr Key, Actor;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 4)] ulong[] reservedWords;
    }

    /// <summary>What it gave: loyalty_earn_points_reply.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Receipt
    {
        internal uint Size;
        public uint Replayed;
        public long TransactionId, PointsEarned, Balance, PointsToNextTier, ExpiresAtMicros;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 168)] public byte[] TierBefore;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 168)] public byte[] Tier;
        public uint TierChanged, RedemptionCount;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 4)] ulong[] reservedWords;
    }

    /// <summary>An open engine. Any number of threads may use it at once.</summary>
    public sealed class Engine : IDisposable
    {
        const string Library = "libloyalty.so.1";

        [StructLayout(LayoutKind.Sequential)]
        struct Options
        {
            internal uint Size;
            uint reserved;
            internal IntPtr Database, Program;
            [MarshalAs(UnmanagedType.ByValArray, SizeConst = 4)] ulong[] reservedWords;
        }

        [DllImport(Library)] static extern Status loyalty_open(ref Options options, out IntPtr engine, out IntPtr error);
        [DllImport(Library)] static extern void loyalty_close(IntPtr engine);
        [DllImport(Library)] static extern Status loyalty_call(
            IntPtr engine, byte[] name, byte[] arguments, UIntPtr length, out IntPtr reply, out IntPtr error);
        [DllImport(Library)] static extern Status loyalty_earn_points(
            IntPtr engine, ref Order order, ref Receipt receipt, out IntPtr error);
        [DllImport(Library)] static extern void loyalty_string_free(IntPtr text);
        [DllImport(Library)] static extern IntPtr loyalty_error_code(IntPtr error);
        [DllImport(Library)] static extern IntPtr loyalty_error_message(IntPtr error);
        [DllImport(Library)] static extern IntPtr loyalty_error_details(IntPtr error);
        [DllImport(Library)] static extern void loyalty_error_free(IntPtr error);

        readonly IntPtr engine;

        /// <summary>Opens a database like `sqlite:loyalty.db`.</summary>
        public Engine(string database)
        {
            var options = new Options { Size = (uint)Marshal.SizeOf(typeof(Options)), Database = Given(database) };
            try
            {
                IntPtr error;
                Check(loyalty_open(ref options, out engine, out error), error);
            }
            finally
            {
                Marshal.FreeHGlobal(options.Database);
            }
        }

        public void Dispose() { loyalty_close(engine); }

        /// <summary>Runs any operation: the public fields of the arguments become JSON, those of the reply are read.</summary>
        public T Call<T>(string operation, object arguments)
        {
            byte[] text;
            using (var stream = new MemoryStream())
            {
                new DataContractJsonSerializer(arguments.GetType()).WriteObject(stream, arguments);
                text = stream.ToArray();
            }
            IntPtr reply, error;
            byte[] name = Encoding.UTF8.GetBytes(operation + "\0");
            Check(loyalty_call(engine, name, text, (UIntPtr)(ulong)text.Length, out reply, out error), error);
            try
            {
                return Read<T>(Text(reply));
            }
            finally
            {
                loyalty_string_free(reply);
            }
        }

        /// <summary>Credits the points of a paid order, without JSON. Retry it whenever in doubt: it counts once.</summary>
        public Receipt EarnPoints(Order order, string orderId)
        {
            var receipt = new Receipt { Size = (uint)Marshal.SizeOf(typeof(Receipt)) };
            order.Size = (uint)Marshal.SizeOf(typeof(Order));
            order.OrderId = Given(orderId);
            try
            {
                IntPtr error;
                Check(loyalty_earn_points(engine, ref order, ref receipt, out error), error);
                return receipt;
            }
            finally
            {
                Marshal.FreeHGlobal(order.OrderId);
            }
        }

        /// <summary>Reads JSON into the public fields of an object.</summary>
        public static T Read<T>(string json)
        {
            using (var stream = new MemoryStream(Encoding.UTF8.GetBytes(json)))
                return (T)new DataContractJsonSerializer(typeof(T)).ReadObject(stream);
        }

        static void Check(Status status, IntPtr error)
        {
            if (status == Status.Ok)
                return;
            string code = Text(loyalty_error_code(error)), message = Text(loyalty_error_message(error));
            string details = Text(loyalty_error_details(error));
            loyalty_error_free(error);
            throw new LoyaltyException(status, code, message, details);
        }

        /// <summary>A text for the library, in UTF-8; to be freed.</summary>
        static IntPtr Given(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text + "\0");
            IntPtr memory = Marshal.AllocHGlobal(bytes.Length);
            Marshal.Copy(bytes, 0, memory, bytes.Length);
            return memory;
        }

        /// <summary>A text of the library.</summary>
        static string Text(IntPtr text)
        {
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0)
                length++;
            var bytes = new byte[length];
            Marshal.Copy(text, bytes, 0, length);
            return Encoding.UTF8.GetString(bytes);
        }
    }
}
