// A till in Go: a guest joins, asks, buys, redeems and is shown.
//
//	go run . sqlite:loyalty.db
package main

import (
	"errors"
	"fmt"
	"log"
	"os"

	"example.com/till/loyalty"
)

// What the till shows of a member.
type member struct {
	Name         string `json:"user_name"`
	Points       int64  `json:"current_points"`
	Tier         string `json:"tier_name"`
	ToNextTier   int64  `json:"points_to_next_tier"`
	NextTierName string `json:"next_tier_name"`
}

type user struct {
	ID   int64  `json:"user_id"`
	Name string `json:"name,omitempty"`
}

func enroll(engine *loyalty.Engine, id int64, name string) error {
	var joined member
	if err := engine.Call("enroll", user{id, name}, &joined); err != nil {
		return err
	}
	fmt.Printf("%s joined as %s with %d points\n", joined.Name, joined.Tier, joined.Points)
	return nil
}

func quote(engine *loyalty.Engine, id, amount int64) error {
	var quoted struct{ Points int64 }
	if err := engine.Call("quote_points", map[string]any{"user_id": id, "amount": amount}, &quoted); err != nil {
		return err
	}
	fmt.Printf("%d would earn %d\n", amount, quoted.Points)
	return nil
}

func earn(engine *loyalty.Engine, id, amount int64, orderID string) error {
	receipt, err := engine.EarnPoints(id, amount, orderID)
	if err != nil {
		return err
	}
	again := ""
	if receipt.Replayed {
		again = ", as answered before"
	}
	fmt.Printf("order %s: +%d, %d in all%s\n", orderID, receipt.Earned, receipt.Balance, again)
	return nil
}

// Takes a reward. That the programme says no is a normal answer: its code and details tell why.
func redeem(engine *loyalty.Engine, id, rewardID int64, key string) error {
	var redeemed struct {
		Spent   int64 `json:"points_spent"`
		Balance int64
		Coupon  struct {
			Percent string `json:"discount_value"`
		}
	}
	err := engine.Call("redeem_reward", map[string]any{"user_id": id, "reward_id": rewardID, "key": key}, &redeemed)
	var refusal *loyalty.Error
	switch {
	case errors.As(err, &refusal) && refusal.Kind == loyalty.Refused:
		fmt.Printf("reward %d: %s, %v missing\n", rewardID, refusal.Code, refusal.Details["missing"])
	case err != nil:
		return err
	default:
		fmt.Printf("reward %d: -%d, %d left, coupon of %s %%\n", rewardID, redeemed.Spent, redeemed.Balance, redeemed.Coupon.Percent)
	}
	return nil
}

func show(engine *loyalty.Engine, id int64) error {
	var shown member
	if err := engine.Call("profile", user{ID: id}, &shown); err != nil {
		return err
	}
	fmt.Printf("%s: %d points, %s, %d to %s\n", shown.Name, shown.Points, shown.Tier, shown.ToNextTier, shown.NextTierName)
	return nil
}

func main() {
	database := "sqlite:loyalty.db"
	if len(os.Args) > 1 {
		database = os.Args[1]
	}
	engine, err := loyalty.Open(database)
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	for _, step := range []func() error{
		func() error { return enroll(engine, 7, "Ana") },
		func() error { return quote(engine, 7, 12990) },
		func() error { return earn(engine, 7, 12990, "A-17") },
		func() error { return earn(engine, 7, 12990, "A-17") },
		func() error { return redeem(engine, 7, 2, "till-3-0001") },
		func() error { return earn(engine, 7, 89900, "A-18") },
		func() error { return redeem(engine, 7, 2, "till-3-0002") },
		func() error { return show(engine, 7) },
	} {
		if err := step(); err != nil {
			log.Fatal(err)
		}
	}
}
