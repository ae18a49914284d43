// Command ferretdb-atomic serves the MongoDB wire protocol from SQLite files, for tests that need a real server behind the real driver.
//
// FerretDB 1 finds, decides and writes in separate steps, so two updates of one document at the same time can both succeed. MongoDB promises
// that each of them is atomic. The front here keeps that promise by letting one command at a time through to FerretDB.
package main

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:27117", "TCP address to listen on; port 0 takes a free one")
	dir := flag.String("dir", "", "existing folder for the SQLite files")
	attached := flag.Bool("attached", false, "stop when standard input ends, so that the server does not outlive who started it")
	flag.Parse()
	if *dir == "" {
		fmt.Fprintln(os.Stderr, "ferretdb-atomic: -dir is required")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if *attached {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}
	if err := run(ctx, *listen, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "ferretdb-atomic:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, listen, dir string) error {
	socket := filepath.Join(dir, "ferretdb.sock")
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: socket},
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/",
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	front, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	go func() {
		<-ctx.Done()
		front.Close()
	}()
	go accept(front, socket)
	fmt.Println("listening on", front.Addr())
	if err := server.Run(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

func accept(front net.Listener, socket string) {
	var turn sync.Mutex
	for {
		client, err := front.Accept()
		if err != nil {
			return
		}
		go func() {
			defer client.Close()
			backend, err := net.Dial("unix", socket)
			if err != nil {
				return
			}
			defer backend.Close()
			for exchange(client, backend, &turn) == nil {
			}
		}()
	}
}

// exchange passes one request on and its answer back, while no other connection's request is under way.
func exchange(client, backend net.Conn, turn *sync.Mutex) error {
	request, err := readMessage(client)
	if err != nil {
		return err
	}
	turn.Lock()
	answer, err := ask(backend, request)
	turn.Unlock()
	if err != nil {
		return err
	}
	_, err = client.Write(answer)
	return err
}

func ask(backend net.Conn, request []byte) ([]byte, error) {
	if _, err := backend.Write(request); err != nil {
		return nil, err
	}
	return readMessage(backend)
}

// readMessage reads one message of the wire protocol: its first four bytes are its length, little-endian, themselves included.
func readMessage(from io.Reader) ([]byte, error) {
	const header, largest = 16, 48_000_000
	message := make([]byte, header)
	if _, err := io.ReadFull(from, message); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(message)
	if length < header || length > largest {
		return nil, fmt.Errorf("a message of %d bytes", length)
	}
	message = append(message, make([]byte, length-header)...)
	_, err := io.ReadFull(from, message[header:])
	return message, err
}
