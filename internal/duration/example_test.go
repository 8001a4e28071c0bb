package duration_test

import (
	"fmt"

	"regwatch/internal/duration"
)

func Example() {
	d, err := duration.Parse("1d12h")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d, "is", duration.String(d))

	_, err = duration.Parse("90")
	fmt.Println(err)
	// Output:
	// 36h0m0s is 36h
	// duration "90" has no unit; add s, m, h, d or w, such as 90s or 90d
}
