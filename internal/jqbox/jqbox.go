// Package jqbox runs jq expressions on untrusted data in a process of their own, so that neither their memory nor their time
// is that of the program.
//
// Start with [Run]. The process is this same program: an expression of a few characters can ask for gigabytes in one step,
// such as a text times a billion, which nothing within a process can refuse in time. It is started at the first expression,
// serves one at a time, and is ended when an expression takes too much. It has no environment, and so none of the secrets.
package jqbox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"sync"

	"github.com/itchyny/gojq"

	"regwatch/internal/childprocess"
)

// MaxMemory is the memory in bytes that a process may use for one expression, its input and its results.
const MaxMemory = 256 << 20

const (
	childVariable = "REGWATCH_JQ_PROCESS" // set in the environment of such a process
	maxIdle       = 2                     // processes that wait for the next expression
)

// ErrMemory is the error of an expression that needs more than [MaxMemory].
var ErrMemory = fmt.Errorf("it needs more than %d MB of memory", MaxMemory>>20)

// ErrTooMany is the error of an expression with too many results.
var ErrTooMany = errors.New("it returns too many results")

// In every program that can run expressions this comes before main.
func init() {
	if os.Getenv(childVariable) != "" {
		os.Exit(serve(os.Stdin, os.Stdout))
	}
}

type request struct {
	Expression string          `json:"expression"`
	Value      json.RawMessage `json:"value"`
	Most       int             `json:"most"`
}

type response struct {
	Results []json.RawMessage `json:"results"`
	Error   string            `json:"error,omitempty"`
	TooMany bool              `json:"too_many,omitempty"`
}

// Run returns the results of an expression for a value, at most so many, and on error those before it.
func Run(ctx context.Context, expression string, value any, most int) ([]any, error) {
	text, err := gojq.Marshal(value)
	if err != nil {
		return nil, err
	}
	line, err := json.Marshal(request{expression, text, most})
	if err != nil {
		return nil, err
	}
	p, err := acquire()
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, p.kill)
	answer, err := p.ask(line)
	if !stop() {
		p.end()
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, p.end()
	}
	release(p)
	results := make([]any, len(answer.Results))
	for i, r := range answer.Results {
		if results[i], err = decode(r); err != nil {
			return nil, err
		}
	}
	switch {
	case answer.TooMany:
		return results, ErrTooMany
	case answer.Error != "":
		return results, errors.New(answer.Error)
	}
	return results, nil
}

func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// A process runs one expression at a time.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// idle are the processes that wait. They end with this program: their standard input is then closed.
var idle = struct {
	sync.Mutex
	processes []*process
}{}

func acquire() (*process, error) {
	idle.Lock()
	if n := len(idle.processes); n > 0 {
		p := idle.processes[n-1]
		idle.processes = idle.processes[:n-1]
		idle.Unlock()
		return p, nil
	}
	idle.Unlock()
	cmd, err := childprocess.Command(childVariable + "=1")
	if err != nil {
		return nil, fmt.Errorf("start a process for jq: %w", err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a process for jq: %w", err)
	}
	return &process{cmd, in, bufio.NewReader(out)}, nil
}

func release(p *process) {
	idle.Lock()
	defer idle.Unlock()
	if len(idle.processes) < maxIdle {
		idle.processes = append(idle.processes, p)
		return
	}
	go p.end()
}

// ask sends a request and reads the answer.
func (p *process) ask(line []byte) (response, error) {
	var answer response
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return answer, err
	}
	text, err := p.out.ReadBytes('\n')
	if err != nil {
		return answer, err
	}
	return answer, json.Unmarshal(text, &answer)
}

func (p *process) kill() { _ = p.cmd.Process.Kill() }

// end ends the process, and returns why it ended by itself.
func (p *process) end() error {
	_ = p.in.Close()
	p.kill()
	_ = p.cmd.Wait()
	if childprocess.RanOutOfMemory(p.cmd.ProcessState) {
		return ErrMemory
	}
	return errors.New("it fails on this response")
}

// serve answers requests until the input ends.
func serve(in io.Reader, out io.Writer) int {
	childprocess.LimitMemory(MaxMemory/2, MaxMemory)
	requests := bufio.NewReader(in)
	for {
		line, err := requests.ReadBytes('\n')
		if err != nil {
			return 0
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			return 1
		}
		done := make(chan struct{})
		go childprocess.Watch(MaxMemory, done)
		text, err := json.Marshal(answer(r))
		close(done)
		if err != nil {
			return 1
		}
		if _, err := out.Write(append(text, '\n')); err != nil {
			return 1
		}
		if childprocess.InUse() > MaxMemory/8 {
			debug.FreeOSMemory() // so that the next expression has all of it
		}
	}
}

// answer runs an expression.
func answer(r request) (a response) {
	defer func() {
		if p := recover(); p != nil { // of the library, on untrusted text
			a.Error = "it fails on this response"
		}
	}()
	value, err := decode(r.Value)
	if err != nil {
		return response{Error: err.Error()}
	}
	parsed, err := gojq.Parse(r.Expression)
	if err != nil {
		return response{Error: err.Error()}
	}
	code, err := gojq.Compile(parsed)
	if err != nil {
		return response{Error: err.Error()}
	}
	for iter := code.Run(value); ; {
		v, ok := iter.Next()
		if !ok {
			return a
		}
		if err, ok := v.(error); ok {
			if halt, ok := errors.AsType[*gojq.HaltError](err); !ok || halt.Value() != nil {
				a.Error = err.Error()
			}
			return a
		}
		if len(a.Results) == r.Most {
			a.TooMany = true
			return a
		}
		text, err := gojq.Marshal(v)
		if err != nil {
			a.Error = err.Error()
			return a
		}
		a.Results = append(a.Results, text)
	}
}
