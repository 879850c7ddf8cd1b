package web

import (
	"errors"
	"net"
	"syscall"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// refuseNew makes a listener deaf to connections that begin now. Their first packets are
// dropped, so that clients send them again a second later, when nobody listens and they
// are refused like at any closed port. Connections whose handshake is under way finish it.
func refuseNew(l net.Listener) error {
	socket, ok := l.(syscall.Conn)
	if !ok {
		return errors.New("the listener is no socket")
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	// The flags of a TCP header: a first packet has SYN and not ACK.
	const flags, syn, ack = 13, 0x02, 0x10
	program, err := bpf.Assemble([]bpf.Instruction{
		bpf.LoadAbsolute{Off: flags, Size: 1},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: syn | ack},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: syn, SkipTrue: 1},
		bpf.RetConstant{Val: 0},
		bpf.RetConstant{Val: 1 << 16},
	})
	if err != nil {
		return err
	}
	filter := make([]unix.SockFilter, len(program))
	for i, p := range program {
		filter[i] = unix.SockFilter{Code: p.Op, Jt: p.Jt, Jf: p.Jf, K: p.K}
	}
	attach := func(fd uintptr) {
		err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
			&unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]})
	}
	return errors.Join(raw.Control(attach), err)
}
