"""Messages to a channel of a chat, by an incoming webhook: what is told, in each chat's format."""
