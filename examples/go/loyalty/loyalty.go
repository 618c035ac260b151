// Package loyalty is the loyalty engine for Go: the installed library, called by cgo.
package loyalty

/*
#cgo pkg-config: loyalty
#include <loyalty.h>
#include <stdlib.h>
*/
import "C"

import (
	"encoding/json"
	"unsafe"
)

// Kind says what to do about an error.
type Kind int

// The kinds of errors.
const (
	Invalid     Kind = C.LOYALTY_INVALID
	NotFound    Kind = C.LOYALTY_NOT_FOUND
	Refused     Kind = C.LOYALTY_REFUSED
	Conflict    Kind = C.LOYALTY_CONFLICT
	Unavailable Kind = C.LOYALTY_UNAVAILABLE
	Internal    Kind = C.LOYALTY_INTERNAL
)

// Error is why a call failed. Code is stable and made for programs, Message for a developer's log.
type Error struct {
	Kind    Kind
	Code    string
	Message string
	Details map[string]any
}

func (e *Error) Error() string { return e.Message }

// Takes an error over from the library.
func taken(failed *C.loyalty_error) error {
	defer C.loyalty_error_free(failed)
	taken := &Error{
		Kind:    Kind(C.loyalty_error_status(failed)),
		Code:    C.GoString(C.loyalty_error_code(failed)),
		Message: C.GoString(C.loyalty_error_message(failed)),
	}
	if err := json.Unmarshal([]byte(C.GoString(C.loyalty_error_details(failed))), &taken.Details); err != nil {
		return err
	}
	return taken
}

// Engine is an open engine. Any number of goroutines may use it at once.
type Engine struct {
	engine *C.loyalty_engine
}

// Open opens an engine on a database like "sqlite:loyalty.db".
func Open(database string) (*Engine, error) {
	name := C.CString(database)
	defer C.free(unsafe.Pointer(name))
	var options C.loyalty_options
	options.size = C.uint32_t(unsafe.Sizeof(options))
	options.database = name
	var engine *C.loyalty_engine
	var failed *C.loyalty_error
	if C.loyalty_open(&options, &engine, &failed) != C.LOYALTY_OK {
		return nil, taken(failed)
	}
	return &Engine{engine}, nil
}

// Close closes the engine; a second time does nothing.
func (e *Engine) Close() { C.loyalty_close(e.engine) }

// Call runs any operation. The arguments become JSON, and the reply is read from it.
func (e *Engine) Call(operation string, arguments, reply any) error {
	text, err := json.Marshal(arguments)
	if err != nil {
		return err
	}
	name, given := C.CString(operation), C.CString(string(text))
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(given))
	var answer *C.char
	var failed *C.loyalty_error
	if C.loyalty_call(e.engine, name, given, C.size_t(len(text)), &answer, &failed) != C.LOYALTY_OK {
		return taken(failed)
	}
	defer C.loyalty_string_free(answer)
	return json.Unmarshal([]byte(C.GoString(answer)), reply)
}

// Receipt is what a paid order gave.
type Receipt struct {
	Earned, Balance int64
	Replayed        bool
}

// EarnPoints credits the points of a paid order, without JSON. Retry it whenever the answer is in doubt: it counts once.
func (e *Engine) EarnPoints(userID, amount int64, orderID string) (Receipt, error) {
	order := C.CString(orderID)
	defer C.free(unsafe.Pointer(order))
	var arguments C.loyalty_earn_points_args
	arguments.size = C.uint32_t(unsafe.Sizeof(arguments))
	arguments.user_id = C.int64_t(userID)
	arguments.amount.digits = C.int64_t(amount)
	arguments.order_id = order
	var reply C.loyalty_earn_points_reply
	reply.size = C.uint32_t(unsafe.Sizeof(reply))
	var failed *C.loyalty_error
	if C.loyalty_earn_points(e.engine, &arguments, &reply, &failed) != C.LOYALTY_OK {
		return Receipt{}, taken(failed)
	}
	return Receipt{int64(reply.points_earned), int64(reply.balance), reply.replayed != 0}, nil
}
