GATEWAY=ADDRESS
ask() { curl -s "$GATEWAY/graphql" -H 'Content-Type: application/json' -H "Authorization: Bearer $TOKEN" "$@"; echo; }

# Sign in; an account of the demo here. The token stands for the session in all that follows.
TOKEN=$(curl -s "$GATEWAY/graphql" -H 'Content-Type: application/json' \
  -d '{"query": "mutation { signIn(input: {login: \"parent3\", password: \"demo\"}) { token } }"}' \
  | sed 's/.*"token":"\([^"]*\)".*/\1/')

# A query. What goes into an operation is sent beside it, as variables.
ask -d '{"query": "query ($name: Boolean!) { viewer { children { id givenName @include(if: $name) } } }",
  "variables": {"name": true}}'

# A cursor of now, to go on from.
CURSOR=$(ask -d '{"query": "{ changes { cursor } }"}' | sed 's/.*"cursor":"\([^"]*\)".*/\1/')

# A subscription from there on, as server-sent events. It goes on until Ctrl+C.
ask -N -H 'Accept: text/event-stream' -d '{"query":
  "subscription ($after: String) { diaryChanged(after: $after) { __typename cursor } }",
  "variables": {"after": "'"$CURSOR"'"}}'
