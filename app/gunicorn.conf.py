"""How gunicorn serves the app."""

worker_class = "gthread"
threads = 32
# Longer than any client or proxy keeps an idle connection (nginx 60 s, Go 90 s, Caddy 120 s): who
# closes first must be the one that sends next, or a request meets a connection that just closed.
keepalive = 125
control_socket_disable = True  # nobody uses it, and two processes would share its file
