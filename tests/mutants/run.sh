#!/usr/bin/env bash
# Changes the source in 300 places, a sample with a fixed seed of all that cargo-mutants can think of in what results rest on,
# and sees whether tests fail. In two passes, since unit tests are built and run in seconds: what they let through has to get
# past the tests under tests/. Needs cargo-mutants, GNU's shuf and a clean tree, in which it works; takes hours on two cores.
#
#   tests/mutants/run.sh FOLDER [HOW_MANY [SEED]]
#
# leaves FOLDER/unit and FOLDER/integration with the outcome of every mutant, and between them FOLDER/left.txt. Called again with
# the same folder it goes on where it was stopped.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:?a folder for the outcomes}
many=${2:-300}
seed=${3:-1}
mkdir -p "$folder"
places=(--workspace --file 'crates/sim/src/engine/**' --file 'crates/model/src/lifetime/**' --file 'crates/sim/src/program/**' --file 'crates/stats/src/**')
# Missing fields of a literal are left out: cargo-mutants tries them whatever it is asked for.
without=(--exclude-re 'delete field')
how=(--in-place --profile mutants --baseline skip --timeout 120 --build-timeout 600 --colors never --no-times)
# Without optimisation what is built anew takes seconds, and the unit tests still about one.
unoptimised=(env CARGO_PROFILE_MUTANTS_OPT_LEVEL=0)

# Names of mutants, one a line, as patterns that match them and nothing else.
patterns() { sed -e 's/[][\\.|$(){}?+*^]/\\&/g' -e 's/^/^/' -e 's/$/$/'; }
# The outcome of all mutants whose patterns come in, by the tests that are named: `missed` is an answer, not a failure.
mutate() {
    local out=$1 target=$2 chosen=() pattern
    shift 2
    while IFS= read -r pattern; do chosen+=(--re "$pattern"); done
    if test -e "$out"; then chosen+=(--iterate); fi
    "${with[@]}" cargo mutants "${how[@]}" "${places[@]}" "${without[@]}" --output "$out" "${chosen[@]}" \
        --cargo-arg="$target" -- -- "$@" || test $? -eq 2 -o $? -eq 3
}

if ! test -e "$folder/left.txt"; then
    cargo mutants --list --colors never "${places[@]}" "${without[@]}" | LC_ALL=C sort >"$folder/all.txt"
    shuf -n "$many" --random-source=<(yes "$seed") "$folder/all.txt" >"$folder/sample.txt"
    with=("${unoptimised[@]}")
    mutate "$folder/unit" --lib <<<"$(patterns <"$folder/sample.txt")"
    cat "$folder"/unit/mutants.out/{missed,timeout}.txt >"$folder/left.partial"
    mv "$folder/left.partial" "$folder/left.txt"
fi
# The tests under tests/ are the program's.
how+=(--test-package detente)
with=()
mutate "$folder/integration" --test=detente oracle:: known_answer:: known_clocks:: gauntlet::known coverage:: \
    --skip known_answer::arms_race <<<"$(patterns <"$folder/left.txt")"
wc -l "$folder"/*/mutants.out/*.txt
