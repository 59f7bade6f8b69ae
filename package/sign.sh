#!/bin/sh
# SPDX-License-Identifier: MIT
# Signs files in place: programs, DLLs, drivers, setups, catalogues. With what, the environment
# says; docs/release.md has the whole story.
#   SIGN_CERT       the certificate, with those between it and the root behind it (PEM)
#   SIGN_KEY        its key (PEM, or the key's pkcs11: URI)
#   SIGN_ARGS       instead of both: osslsigncode's own words, for example for a token: -pkcs11module FILE -pkcs11cert URI -key URI
#   SIGN_TIMESTAMP  the address of a time stamp service (RFC 3161); without it the signature ends with the certificate
set -eu
if [ -z "${SIGN_ARGS:-}" ] && { [ -z "${SIGN_CERT:-}" ] || [ -z "${SIGN_KEY:-}" ]; }; then
    echo "package/sign.sh: with what? Set SIGN_CERT and SIGN_KEY, or SIGN_ARGS" >&2
    exit 2
fi
for file; do
    set -- -h sha256 -n UserPort
    if [ -n "${SIGN_ARGS:-}" ]; then
        # shellcheck disable=SC2086 # words
        set -- $SIGN_ARGS "$@"
    else
        set -- -certs "$SIGN_CERT" -key "$SIGN_KEY" "$@"
    fi
    [ -z "${SIGN_TIMESTAMP:-}" ] || set -- "$@" -ts "$SIGN_TIMESTAMP"
    rm -f "$file.signed"
    if ! said=$(osslsigncode sign "$@" -in "$file" -out "$file.signed" 2>&1); then
        rm -f "$file.signed"
        printf '%s\npackage/sign.sh: cannot sign %s\n' "$said" "$file" >&2
        exit 1
    fi
    cat "$file.signed" >"$file" # keeps its rights
    rm "$file.signed"
done
