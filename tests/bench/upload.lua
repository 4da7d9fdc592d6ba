-- For wrk: each request uploads as many bytes as $UPLOAD says.
wrk.method = "POST"
wrk.body = string.rep("x", tonumber(os.getenv("UPLOAD")))
wrk.headers["Content-Type"] = "application/octet-stream"
