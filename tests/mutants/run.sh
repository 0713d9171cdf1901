#!/usr/bin/env bash
# Changes the source in 300 places, a sample with a fixed seed of all that cargo-mutants can think of in what results rest on,
# and sees whether tests fail. In two passes, since unit tests are built and run in seconds: what they let through has to get
# past the tests under tests/. Needs cargo-mutants, GNU's shuf and a clean tree, in which it works; takes hours on two cores.
#
#   tests/mutants/run.sh FOLDER [HOW_MANY [SEED]]
#
# leaves FOLDER/unit and FOLDER/integration with the outcome of every mutant. Called again with the same folder it goes on where
# it was stopped.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:?a folder for the outcomes}
many=${2:-300}
seed=${3:-1}
mkdir -p "$folder"
places=(--file 'src/engine/**' --file 'src/lifetime/**' --file 'src/program/**' --file 'src/stats/**')
# Missing fields of a literal are left out: cargo-mutants tries them whatever it is asked for.
without=(--exclude-re 'delete field')
how=(--in-place --profile mutants --baseline skip --timeout 60 --build-timeout 300 --colors never --no-times)

# Names of mutants, one a line, as patterns that match them and nothing else.
patterns() { sed -e 's/[][\\.|$(){}?+*^]/\\&/g' -e 's/^/^/' -e 's/$/$/'; }
# The outcome of all mutants whose patterns come in: `missed` is an answer, not a failure.
mutate() {
    local out=$1 chosen=() pattern
    shift
    while IFS= read -r pattern; do chosen+=(--re "$pattern"); done
    if test -e "$out"; then chosen+=(--iterate); fi
    cargo mutants "${how[@]}" "${without[@]}" --output "$out" "${chosen[@]}" -- "$@" || test $? -eq 2 -o $? -eq 3
}

cargo mutants --list --colors never "${places[@]}" "${without[@]}" | LC_ALL=C sort >"$folder/all.txt"
shuf -n "$many" --random-source=<(yes "$seed") "$folder/all.txt" >"$folder/sample.txt"
mutate "$folder/unit" --lib -- engine:: lifetime:: program:: stats:: <<<"$(patterns <"$folder/sample.txt")"
cat "$folder"/unit/mutants.out/{missed,timeout}.txt >"$folder/left.txt"
mutate "$folder/integration" --test detente -- oracle:: known_answer:: known_clocks:: gauntlet::known coverage:: \
    --skip known_answer::arms_race <<<"$(patterns <"$folder/left.txt")"
wc -l "$folder"/*/mutants.out/*.txt
