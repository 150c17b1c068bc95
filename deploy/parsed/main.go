// Prints, as JSON, how Docker's own parsers understand a compose file and Dockerfiles.
//
//	go run . COMPOSE_FILE DOCKERFILE...
//
// The compose file is read by the library that `docker compose` is built on, with interpolation, validation and
// consistency checks; a Dockerfile by the parser that BuildKit builds from, with its warnings.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

type stage struct {
	Name         string   `json:"name"`
	Base         string   `json:"base"`
	Instructions []string `json:"instructions"`
}

type dockerfile struct {
	Stages   []stage  `json:"stages"`
	Warnings []string `json:"warnings"`
}

type answer struct {
	Compose     json.RawMessage       `json:"compose"`
	Dockerfiles map[string]dockerfile `json:"dockerfiles"`
}

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: parsed COMPOSE_FILE DOCKERFILE..."))
	}
	compose, err := composeFile(os.Args[1])
	if err != nil {
		fail(fmt.Errorf("%s: %w", os.Args[1], err))
	}
	found := answer{Compose: compose, Dockerfiles: map[string]dockerfile{}}
	for _, path := range os.Args[2:] {
		if found.Dockerfiles[path], err = readDockerfile(path); err != nil {
			fail(fmt.Errorf("%s: %w", path, err))
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		fail(err)
	}
}

func composeFile(path string) (json.RawMessage, error) {
	options, err := cli.NewProjectOptions([]string{path}, cli.WithOsEnv, cli.WithProfiles([]string{"*"}))
	if err != nil {
		return nil, err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return nil, err
	}
	return project.MarshalJSON()
}

func readDockerfile(path string) (dockerfile, error) {
	file, err := os.Open(path)
	if err != nil {
		return dockerfile{}, err
	}
	defer file.Close()
	parsed, err := parser.Parse(file)
	if err != nil {
		return dockerfile{}, err
	}
	found := dockerfile{Warnings: []string{}}
	for _, warning := range parsed.Warnings {
		found.Warnings = append(found.Warnings, warning.Short)
	}
	lint := linter.New(&linter.Config{
		Warn: func(rule, _, _, message string, _ []parser.Range) {
			found.Warnings = append(found.Warnings, rule+": "+message)
		},
	})
	stages, _, err := instructions.Parse(parsed.AST, lint)
	if err != nil {
		return dockerfile{}, err
	}
	for _, each := range stages {
		found.Stages = append(found.Stages, describe(each))
	}
	return found, nil
}

func describe(from instructions.Stage) stage {
	commands := []string{}
	for _, command := range from.Commands {
		commands = append(commands, fmt.Sprint(command))
	}
	return stage{Name: from.Name, Base: from.BaseName, Instructions: commands}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
