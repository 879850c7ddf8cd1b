//go:build !linux

package web

import (
	"errors"
	"net"
)

// refuseNew has no way here to make a listener deaf to new connections alone.
func refuseNew(net.Listener) error {
	return errors.New("this system cannot refuse connections before the port closes")
}
