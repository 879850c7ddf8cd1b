package layout

// link is an arrow between two of n numbered things.
type link struct{ from, to int }

// layers gives each of n things a layer such that links run to higher layers, as
// near to the first as they can be. Where links run in a circle, those that a walk in
// order of the numbers finds to lead back do not count.
func layers(n int, links []link) []int {
	out := adjacency(n, links)
	back := backward(n, links, out)
	waits := make([]int, n)
	for i, l := range links {
		if !back[i] {
			waits[l.to]++
		}
	}
	var ready []int
	for v, w := range waits {
		if w == 0 {
			ready = append(ready, v)
		}
	}
	layer := make([]int, n)
	for len(ready) > 0 {
		v := ready[0]
		ready = ready[1:]
		for _, i := range out[v] {
			to := links[i].to
			if back[i] {
				continue
			}
			layer[to] = max(layer[to], layer[v]+1)
			if waits[to]--; waits[to] == 0 {
				ready = append(ready, to)
			}
		}
	}
	return layer
}

// adjacency lists the numbers of the links that leave each thing.
func adjacency(n int, links []link) [][]int {
	out := make([][]int, n)
	for i, l := range links {
		out[l.from] = append(out[l.from], i)
	}
	return out
}

// backward marks a set of links without which there is no circle. Things that no link
// leads to are walked first, so that what begins a chain is not turned into its end.
func backward(n int, links []link, out [][]int) []bool {
	const fresh, open, closed = 0, 1, 2
	state := make([]int, n)
	next := make([]int, n)
	back := make([]bool, len(links))
	walk := func(start int) {
		stack := []int{start}
		state[start] = open
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			if next[v] == len(out[v]) {
				state[v] = closed
				stack = stack[:len(stack)-1]
				continue
			}
			i := out[v][next[v]]
			next[v]++
			switch to := links[i].to; state[to] {
			case open:
				back[i] = true
			case fresh:
				state[to] = open
				stack = append(stack, to)
			}
		}
	}
	entered := make([]bool, n)
	for _, l := range links {
		if l.from != l.to {
			entered[l.to] = true
		}
	}
	for v := range n {
		if !entered[v] && state[v] == fresh {
			walk(v)
		}
	}
	for v := range n {
		if state[v] == fresh {
			walk(v)
		}
	}
	return back
}
