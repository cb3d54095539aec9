# HTTP over bash's own sockets, so that nothing has to be installed.

# Prints the status code on the first line and then the body (at most 4 MiB); fails on no answer.
http_get() { # host, port, path, deadline in seconds (2)
  # The deadline covers the connect too, which bash cannot interrupt: hence a process of its own.
  timeout "${4:-2}" bash -c 'http_exchange "$@"' http "$@" 2>/dev/null
}

# The same for a command to a member, which is a POST without a body.
http_post() { # host, port, path, deadline in seconds (2)
  timeout "${4:-2}" bash -c 'http_exchange "$@"' http "$1" "$2" "$3" "${4:-2}" POST 2>/dev/null
}

http_exchange() { # host, port, path, deadline, method (GET)
  local version status header more=''
  [[ ${5:-GET} != POST ]] || more=$'X-Trunkline-Control: 1\r\nContent-Length: 0\r\n'
  exec 3<>"/dev/tcp/$1/$2" || return 1
  printf '%s %s HTTP/1.0\r\nHost: %s:%s\r\n%s\r\n' "${5:-GET}" "$3" "$1" "$2" "$more" >&3
  IFS=' ' read -r version status _ <&3 && [[ $version == HTTP/* ]] || return 1
  printf '%s\n' "${status%$'\r'}"
  while IFS= read -r header <&3 && [[ -n ${header%$'\r'} ]]; do :; done
  head -c 4194304 <&3
}
export -f http_exchange

# Prints the status code and, after a space, the first line of the body; 000 when nothing answers in time.
http_status() { # host, port, path, deadline
  local answer status
  answer=$(http_get "$@") || true
  status=${answer%%$'\n'*}
  [[ $status =~ ^[0-9]{3}$ ]] || status=000
  answer=${answer#*$'\n'}
  printf '%s %s\n' "$status" "${answer%%$'\n'*}"
}
