package console

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// jobs are long work that a page started, such as a scan of one source. A page waits for it
// a little; the next page shows what became of it.
type jobs struct {
	now  func() time.Time
	mu   sync.Mutex // guards all
	all  map[string]*job
	work sync.WaitGroup
	ctx  context.Context // of all work; it ends when the server stops
	stop context.CancelFunc
}

// A job is one piece of work. Its result is set when done is closed.
type job struct {
	Started time.Time
	done    chan struct{}
	result  any
	err     error
}

const (
	jobLimit   = 10 * time.Minute // for the work itself
	jobWait    = 5 * time.Second  // that a page waits
	jobKept    = 10 * time.Minute // after its start
	maxJobsNow = 200              // that are remembered
	maxRunning = 8                // at once, of all readers
)

// errBusy means that maxRunning jobs are running.
var errBusy = errors.New("too much is running")

func newJobs(now func() time.Time) *jobs {
	ctx, stop := context.WithCancel(context.Background())
	return &jobs{now: now, all: make(map[string]*job), ctx: ctx, stop: stop}
}

// start begins work of a name, unless it is running, and waits a little for its end. The
// error is errBusy.
func (j *jobs) start(ctx context.Context, name string, do func(context.Context) (any, error)) (*job, error) {
	j.mu.Lock()
	one := j.all[name]
	if one == nil || one.over() {
		j.forgetOld()
		if j.running() >= maxRunning {
			j.mu.Unlock()
			return nil, errBusy
		}
		one = &job{Started: j.now(), done: make(chan struct{})}
		j.all[name] = one
		j.work.Go(func() {
			defer close(one.done)
			// The work goes on when the reader leaves, in the reader's name and role.
			limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobLimit)
			defer cancel()
			defer context.AfterFunc(j.ctx, cancel)()
			one.run(limited, do)
		})
	}
	j.mu.Unlock()
	timer := time.NewTimer(jobWait)
	defer timer.Stop()
	select {
	case <-one.done:
	case <-timer.C:
	case <-ctx.Done():
	}
	return one, nil
}

// running counts the work that has not ended. The caller holds the lock.
func (j *jobs) running() int {
	n := 0
	for _, one := range j.all {
		n += boolToInt(!one.over())
	}
	return n
}

// run does the work. A fault of the program ends this work alone.
func (o *job) run(ctx context.Context, do func(context.Context) (any, error)) {
	defer func() {
		if fault := recover(); fault != nil {
			o.err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	o.result, o.err = do(ctx)
}

// last returns the newest work of a name, or nil if it ended more than jobKept after its start.
func (j *jobs) last(name string) *job {
	j.mu.Lock()
	defer j.mu.Unlock()
	one := j.all[name]
	if one == nil || one.over() && j.now().Sub(one.Started) > jobKept {
		return nil
	}
	return one
}

// forgetOld forgets what ended long ago, and everything that ended if it is much. The caller
// holds the lock.
func (j *jobs) forgetOld() {
	for name, one := range j.all {
		if one.over() && (j.now().Sub(one.Started) > jobKept || len(j.all) >= maxJobsNow) {
			delete(j.all, name)
		}
	}
}

// end stops all work and waits for it.
func (j *jobs) end() {
	j.stop()
	j.work.Wait()
}

// over reports whether the work has ended.
func (o *job) over() bool {
	select {
	case <-o.done:
		return true
	default:
		return false
	}
}
