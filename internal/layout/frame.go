package layout

import (
	"encoding/binary"
	"fmt"
	"io"
)

// maxFrame bounds what either side keeps of the other's words.
const maxFrame = 32 << 20

// writeFrame writes the parts as one message: its length in four bytes, then itself.
func writeFrame(w io.Writer, parts ...[]byte) error {
	message := make([]byte, 4)
	for _, part := range parts {
		message = append(message, part...)
	}
	if len(message)-4 > maxFrame {
		return fmt.Errorf("message of %d bytes", len(message)-4)
	}
	binary.BigEndian.PutUint32(message, uint32(len(message)-4))
	_, err := w.Write(message)
	return err
}

func readFrame(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size > maxFrame {
		return nil, fmt.Errorf("message of %d bytes announced", size)
	}
	message := make([]byte, size)
	_, err := io.ReadFull(r, message)
	return message, err
}
