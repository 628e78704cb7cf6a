# What a shell reads before a command: when it ends, it tells its folder and its environment on the descriptor
# CLAW_NOTES. Who reads them is shell_state.py.
trap "{ set +x; } 2>/dev/null
{ command pwd; printf '\\0'; command -p env -0; printf '\\0'; } >&$CLAW_NOTES 2>/dev/null" EXIT
unset CLAW_NOTES BASH_ENV
if [ -n "${CLAW_BASH_ENV-}" ]; then
    BASH_ENV=$CLAW_BASH_ENV
    unset CLAW_BASH_ENV
    export BASH_ENV
    . "$BASH_ENV"
fi
