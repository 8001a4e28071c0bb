package store

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"gorm.io/gorm/schema"
)

// micros stores a time as microseconds since 1970 UTC, and the zero time as 0.
// Whole numbers sort and compare alike on both engines, which text with mixed
// zones does not.
type micros struct{}

// Scan reads a stored number into a time field.
func (micros) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, stored any) error {
	n, ok := stored.(int64)
	if !ok && stored != nil {
		return fmt.Errorf("column %s holds %T where a time in microseconds belongs", field.DBName, stored)
	}
	field.ReflectValueOf(ctx, dst).Set(reflect.ValueOf(timeOf(n)))
	return nil
}

// Value gives the number to store for a time field.
func (micros) Value(_ context.Context, field *schema.Field, _ reflect.Value, value any) (any, error) {
	t, ok := value.(time.Time)
	if !ok {
		return nil, fmt.Errorf("field %s is %T and not a time", field.Name, value)
	}
	return microsOf(t), nil
}

func microsOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func timeOf(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
