//go:build hyperscan

package main

/*
#cgo pkg-config: libhs
#include <stdlib.h>
#include <hs.h>

struct found { unsigned int *ids; int n; };

static int on_match(unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags, void *context) {
	struct found *f = context;
	f->ids[f->n++] = id;
	return 0;
}

// find scans once and leaves the ids, each once, so that Go is called for none.
static int find(hs_database_t *db, hs_scratch_t *scratch, const char *text, unsigned int len, unsigned int *ids) {
	struct found f = {ids, 0};
	if (hs_scan(db, text, len, 0, scratch, on_match, &f) != HS_SUCCESS) return -1;
	return f.n;
}
*/
import "C"

import (
	"errors"
	"unsafe"
)

// hyperscan is Hyperscan or Vectorscan, whichever is installed: literals, block
// mode, each phrase reported once.
func hyperscan() []contender {
	return []contender{{name: "libhs " + C.GoString(C.hs_version())[:6] + ", C", folded: true, build: withHyperscan}}
}

func withHyperscan(w *Workload) (engine, error) {
	patterns := w.patterns()
	n := len(patterns)
	expressions := unsafe.Slice((**C.char)(C.malloc(C.size_t(n)*8)), n)
	flags, ids, lengths := make([]C.uint, n), make([]C.uint, n), make([]C.size_t, n)
	for i, p := range patterns {
		expressions[i] = C.CString(p)
		flags[i], ids[i], lengths[i] = C.HS_FLAG_SINGLEMATCH, C.uint(i), C.size_t(len(p))
	}
	var db *C.hs_database_t
	var fault *C.hs_compile_error_t
	if C.hs_compile_lit_multi(&expressions[0], &flags[0], &ids[0], &lengths[0], C.uint(n), C.HS_MODE_BLOCK, nil, &db, &fault) != C.HS_SUCCESS {
		return nil, errors.New("libhs: " + C.GoString(fault.message))
	}
	var scratch *C.hs_scratch_t
	if C.hs_alloc_scratch(db, &scratch) != C.HS_SUCCESS {
		return nil, errors.New("libhs: no scratch")
	}
	e := newEvaluator(w)
	found := make([]C.uint, n)
	return func(a *Article) []int32 {
		got := C.find(db, scratch, (*C.char)(unsafe.Pointer(unsafe.StringData(a.folded))), C.uint(len(a.folded)), &found[0])
		if got < 0 {
			panic("libhs: the scan failed")
		}
		for _, id := range found[:got] {
			e.hit(int32(id))
		}
		return e.done()
	}, nil
}
