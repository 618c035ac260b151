// A till in C#: a guest joins, asks, buys, redeems and is shown.
//
//     mcs Story.cs Loyalty.cs -r:System.Runtime.Serialization -out:story.exe && mono story.exe sqlite:loyalty.db

using System;
using System.Runtime.Serialization;
using Loyalty;

// What the till gives and reads, by the names of the operations' arguments and replies.
[DataContract]
public class Request
{
    [DataMember] public long user_id;
    [DataMember(EmitDefaultValue = false)] public string name;
    [DataMember(EmitDefaultValue = false)] public long amount;
    [DataMember(EmitDefaultValue = false)] public long reward_id;
    [DataMember(EmitDefaultValue = false)] public string key;
}

public class Member
{
    public string user_name, tier_name, next_tier_name;
    public long current_points, points_to_next_tier;
}

public class Quote { public long points; }

public class Redeemed
{
    public long points_spent, balance;
    public Coupon coupon;
}

public class Coupon { public decimal discount_value; }

public class Refusal { public long missing; }

public static class Story
{
    static void Earn(Engine engine, long user, long amount, string order)
    {
        Receipt receipt = engine.EarnPoints(new Order { UserId = user, Amount = new Amount { Digits = amount } }, order);
        string again = receipt.Replayed != 0 ? ", as answered before" : "";
        Console.WriteLine("order {0}: +{1}, {2} in all{3}", order, receipt.PointsEarned, receipt.Balance, again);
    }

    // Takes a reward. That the programme says no is a normal answer: its code and details tell why.
    static void Redeem(Engine engine, long user, long reward, string key)
    {
        try
        {
            var wish = new Request { user_id = user, reward_id = reward, key = key };
            var redeemed = engine.Call<Redeemed>("redeem_reward", wish);
            Console.WriteLine("reward {0}: -{1}, {2} left, coupon of {3} %",
                reward, redeemed.points_spent, redeemed.balance, redeemed.coupon.discount_value);
        }
        catch (LoyaltyException refusal) when (refusal.Status == Status.Refused)
        {
            long missing = Engine.Read<Refusal>(refusal.Details).missing;
            Console.WriteLine("reward {0}: {1}, {2} missing", reward, refusal.Code, missing);
        }
    }

    public static void Main(string[] arguments)
    {
        using (var engine = new Engine(arguments.Length > 0 ? arguments[0] : "sqlite:loyalty.db"))
        {
            var joined = engine.Call<Member>("enroll", new Request { user_id = 7, name = "Ana" });
            Console.WriteLine("{0} joined as {1} with {2} points",
                joined.user_name, joined.tier_name, joined.current_points);
            var quote = engine.Call<Quote>("quote_points", new Request { user_id = 7, amount = 12990 });
            Console.WriteLine("12990 would earn {0}", quote.points);
            Earn(engine, 7, 12990, "A-17");
            Earn(engine, 7, 12990, "A-17");
            Redeem(engine, 7, 2, "till-3-0001");
            Earn(engine, 7, 89900, "A-18");
            Redeem(engine, 7, 2, "till-3-0002");
            var member = engine.Call<Member>("profile", new Request { user_id = 7 });
            Console.WriteLine("{0}: {1} points, {2}, {3} to {4}", member.user_name, member.current_points,
                member.tier_name, member.points_to_next_tier, member.next_tier_name);
        }
    }
}
