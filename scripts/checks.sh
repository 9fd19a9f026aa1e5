# For checks of code for other machines: sourced, not run. What such a check needs may be unavailable; it then says so,
# and that is no failure.

# They share what is compiled for this machine, which is not optimised: that would take longer than it saves.
checks_folder=$PWD/target/checks
unoptimised=(--target-dir "$checks_folder" --config 'profile.dev.package."*".opt-level = 0')
for package in $(sed -n 's/^\([a-z0-9-]*\)\.opt-level = 3$/\1/p' Cargo.toml); do
    unoptimised+=(--config "profile.dev.package.$package.opt-level = 0")
done

# skipped WHAT WHY: says so and ends the check.
skipped() {
    echo "SKIPPED: $1 was not checked, because $2" >&2
    exit 0
}

# within SECONDS WHAT COMMAND...: runs the command, and skips the rest where it takes longer; a later run goes on from what
# is done.
within() {
    local seconds=$1 what=$2 status=0
    shift 2
    timeout "$seconds" "$@" || status=$?
    [ "$status" -ne 124 ] || skipped "$what" "$seconds seconds were not enough"
    return "$status"
}
