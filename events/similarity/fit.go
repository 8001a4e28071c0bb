package similarity

import (
	"math"
)

// A Pair is two labelled articles.
type Pair struct {
	A, B *Doc
	Same bool // they report one development
}

// l2 is the penalty on the square of a weight, of features scaled to a deviation of one.
const l2 = 3.0

// Fit returns the weights that explain the pairs best: logistic regression with an L2
// penalty, by Newton's method. The same pairs in the same order give the same weights.
func Fit(pairs []Pair) File {
	f := File{Pairs: len(pairs)}
	var same, cross []sample
	for _, p := range pairs {
		if Veto(p.A, p.B) != "" {
			continue
		}
		s := sample{features(p.A, p.B), p.Same}
		if p.A.Chinese == p.B.Chinese {
			same = append(same, s)
		} else {
			cross = append(cross, s)
		}
	}
	f.Same, f.Cross = fit(same), fit(cross)
	return f
}

type sample struct {
	x    []float64
	same bool
}

// newtonSteps are enough: the gradient is zero to six digits after about ten.
const newtonSteps = 20

func fit(samples []sample) Weights {
	n := len(featureNames)
	mean, deviation := make([]float64, n), make([]float64, n)
	for _, s := range samples {
		for j, x := range s.x {
			mean[j] += x / float64(len(samples))
		}
	}
	for _, s := range samples {
		for j, x := range s.x {
			deviation[j] += float64((x-mean[j])*(x-mean[j])) / float64(len(samples))
		}
	}
	rows := make([][]float64, len(samples))
	for i, s := range samples {
		rows[i] = make([]float64, n+1)
		for j, x := range s.x {
			if deviation[j] > 1e-9 {
				rows[i][j] = (x - mean[j]) / math.Sqrt(deviation[j])
			}
		}
		rows[i][n] = 1
	}
	w := make([]float64, n+1)
	for range newtonSteps {
		gradient, hessian := make([]float64, n+1), make([][]float64, n+1)
		for j := range hessian {
			hessian[j] = make([]float64, n+1)
			penalty := l2
			if j == n {
				penalty = 1e-6
			}
			gradient[j] = -penalty * w[j]
			hessian[j][j] = penalty
		}
		for i, s := range samples {
			sum := 0.0
			for j, x := range rows[i] {
				sum += float64(w[j] * x)
			}
			p := logistic(sum)
			slope, curve := truth(s.same)-p, float64(p*(1-p))
			for j, x := range rows[i] {
				if x == 0 {
					continue
				}
				gradient[j] += float64(slope * x)
				for k := 0; k <= j; k++ {
					hessian[j][k] += float64(float64(curve*x) * rows[i][k])
				}
			}
		}
		for j, step := range solve(hessian, gradient) {
			w[j] += step
		}
	}
	out := Weights{Bias: w[n], Features: make(map[string]float64)}
	for j, name := range featureNames {
		if deviation[j] <= 1e-9 {
			continue
		}
		scaled := w[j] / math.Sqrt(deviation[j])
		out.Bias -= float64(scaled * mean[j])
		if r := round(scaled); r != 0 {
			out.Features[name] = r
		}
	}
	out.Bias = round(out.Bias)
	return out
}

// round keeps four decimals, so that the last bits of a sum change nothing.
func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// solve returns x of a·x = b, where a is positive definite and given by its lower half
// (Cholesky).
func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	for j := range n {
		for k := range j {
			a[j][j] -= float64(a[j][k] * a[j][k])
		}
		a[j][j] = math.Sqrt(a[j][j])
		for i := j + 1; i < n; i++ {
			for k := range j {
				a[i][j] -= float64(a[i][k] * a[j][k])
			}
			a[i][j] /= a[j][j]
		}
	}
	x := make([]float64, n)
	for i := range n {
		x[i] = b[i]
		for k := range i {
			x[i] -= float64(a[i][k] * x[k])
		}
		x[i] /= a[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= float64(a[k][i] * x[k])
		}
		x[i] /= a[i][i]
	}
	return x
}
