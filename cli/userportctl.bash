# SPDX-License-Identifier: MIT
# bash completion for userportctl. It takes commands and options from the output of --help, and
# names of ports from the output of the command ports, so that there is no second list of them. It
# is a file for the folder of the package bash-completion, but needs nothing of that package.

# Prints the commands, or the options of a command: the first words of the indented help lines.
_userportctl_words() {
    userportctl "$@" --help 2>/dev/null | sed -n 's/^  \(-*[a-z][a-z-]*\).*/\1/p'
}

# Prints the names of ports: the second column of the first table.
_userportctl_ports() {
    userportctl ports 2>/dev/null | awk 'NR > 1 { if ($2 == "") exit; if ($2 ~ /^[a-z][a-z0-9]*$/) print $2 }'
}

_userportctl() {
    local command= value= at word
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}

    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; at++)); do
        word=${COMP_WORDS[at]}
        if [[ $command == run && $word == -- ]]; then
            ((at++))
            break
        elif [[ -n $value ]]; then
            value=
        elif [[ -z $command && $word != -* && $word != help ]]; then
            command=$word
        elif [[ $command == run && ( $word == --ports || $word == --user || $word == --wine-devices ||
            $word == --device || $word == --map || $word == --trace ) ]]; then
            value=$word
        elif [[ $command == run && $word != -* ]]; then
            break # the program
        fi
    done

    if [[ $command == run && $at -lt $COMP_CWORD ]]; then
        COMPREPLY=($(compgen -f -- "$current")) # the program's own arguments
        return
    fi
    case $before in
    --backend) COMPREPLY=($(compgen -W 'direct devport' -- "$current")) ;;
    --ports) COMPREPLY=($(compgen -W "$(_userportctl_ports)" -- "$current")) ;;
    --wine-devices) COMPREPLY=($(compgen -W 'giveio userport' -- "$current")) ;;
    --trace) COMPREPLY=($(compgen -f -- "$current")) ;;
    --device | --map) COMPREPLY=($(compgen -W "$(_userportctl_ports)" -S = -- "$current")) ;;
    --user) COMPREPLY=($(compgen -u -- "$current")) ;;
    --file | --convert) COMPREPLY=($(compgen -f -- "$current")) ;;
    --interval | --count | --from | --to) ;;
    *)
        if [[ -z $command && $current != -* ]]; then
            COMPREPLY=($(compgen -W "$(_userportctl_words | grep -v '^-')" -- "$current"))
            return
        elif [[ $current == -* && ! ( $command == run && $before == -- ) ]]; then
            COMPREPLY=($(compgen -W "$(_userportctl_words $command)" -- "$current"))
            return
        fi
        case $command in
        run) COMPREPLY=($(compgen -c -- "$current")) ;;
        check | trace) COMPREPLY=($(compgen -f -- "$current")) ;;
        test) [[ $before != test ]] || COMPREPLY=($(compgen -W 'lpt speaker' -- "$current")) ;;
        defaults) COMPREPLY=($(compgen -W classic -- "$current")) ;;
        grant | revoke | set | read | write | watch) COMPREPLY=($(compgen -W "$(_userportctl_ports)" -- "$current")) ;;
        esac
        ;;
    esac
}
complete -o bashdefault -o filenames -F _userportctl userportctl
