# Reads JSON without jq: enough for the answers of the members' own endpoints.

# Turns a document into lines of "path<TAB>value", e.g. "nodes.0.health<TAB>1", in the associative array JSON.
# Strings lose their quotes; escapes inside them stay as they are. Fails on what is not JSON.
declare -A JSON=()
json_read() { # document
  local rest=$1 token='^[[:space:]]*([][{},:]|"([^"\\]|\\.)*"|[-+0-9.eE]+|true|false|null)'
  local -a path=() kind=()
  local depth=0 text key_next=0
  JSON=()
  while [[ $rest =~ $token ]]; do
    rest=${rest:${#BASH_REMATCH[0]}}
    text=${BASH_REMATCH[1]}
    case $text in
      '{') depth=$((depth + 1)) kind[depth]=object key_next=1 ;;
      '[') depth=$((depth + 1)) kind[depth]=array path[depth]=0 key_next=0 ;;
      '}' | ']') depth=$((depth - 1)) key_next=0 ;;
      ',') if [[ ${kind[depth]:-} == array ]]; then path[depth]=$((path[depth] + 1)); else key_next=1; fi ;;
      ':') key_next=0 ;;
      *)
        [[ $text == '"'* ]] && text=${text:1:${#text}-2}
        if ((key_next)); then
          path[depth]=$text
        else
          local where=''
          ((depth > 0)) && printf -v where '.%s' "${path[@]:1:depth}"
          JSON[${where:1}]=$text
        fi
        ;;
    esac
    ((depth >= 0)) || return 1
  done
  [[ $depth == 0 && $rest != *[![:space:]]* ]]
}
