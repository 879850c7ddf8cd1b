package permalink

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
)

// ID names a stored link. Who knows it may open the link: 26 characters of five random
// bits each, which say nothing of what is stored.
type ID string

// idLength is the number of characters of an ID, and of a token for deleting.
const idLength = 26

// alphabet has 32 characters that survive being read aloud and typed.
const alphabet = "abcdefghijkmnpqrstuvwxyz23456789"

// newSecret gives 130 bits that cannot be guessed.
func newSecret() string {
	var b [idLength]byte
	rand.Read(b[:]) // It never fails.
	for i := range b {
		b[i] = alphabet[b[i]%byte(len(alphabet))]
	}
	return string(b[:])
}

// ParseID reads an ID, and tells whether the text can be one.
func ParseID(text string) (ID, bool) {
	if len(text) != idLength || strings.Trim(text, alphabet) != "" {
		return "", false
	}
	return ID(text), true
}

// hash is what the store knows of an ID or a token.
type hash [sha256.Size]byte

func (id ID) key() hash { return sha256.Sum256([]byte(id)) }

// gcm gives the cipher of a link, whose key only the ID gives.
func (id ID) gcm() cipher.AEAD {
	key, err := hkdf.Key(sha256.New, []byte(id), nil, "netpolscope link v1", 32)
	if err != nil {
		panic("permalink: " + err.Error()) // The length is right for this hash.
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("permalink: " + err.Error()) // 32 bytes are a key of AES-256.
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("permalink: " + err.Error())
	}
	return gcm
}

// seal encrypts what a link keeps. The hash of the ID goes along as associated data, so
// that no body can be put in the place of another.
func (id ID) seal(plain []byte) []byte {
	key := id.key()
	return id.gcm().Seal(nil, nil, plain, key[:])
}

// errSealed tells that a body is not what was sealed under an ID.
var errSealed = errors.New("the stored link is damaged")

func (id ID) open(body []byte) ([]byte, error) {
	key := id.key()
	plain, err := id.gcm().Open(nil, nil, body, key[:])
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}
