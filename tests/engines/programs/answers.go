// Go's regexp.MatchString: see tests/engines/worker.py for the lines.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"strings"
)

func answer(pattern string, texts []string) string {
	expression, err := regexp.Compile(pattern)
	if err != nil {
		return "!" + strings.Join(strings.Fields(err.Error()), " ")
	}
	found := "="
	for _, field := range texts {
		if expression.MatchString(text(field)) {
			found += "T"
		} else {
			found += "F"
		}
	}
	return found
}

func text(field string) string {
	read, err := hex.DecodeString(field)
	if err != nil {
		panic(err)
	}
	return string(read)
}

func main() {
	fmt.Println("ready")
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		fmt.Println(answer(text(fields[1]), fields[2:]))
	}
}
