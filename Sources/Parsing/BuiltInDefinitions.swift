// Made of parsers/*.yaml by scripts/embed-parsers. Do not edit.

enum BuiltInDefinitions {
    static let files: [(name: String, yaml: String)] = [
        (
            "apache-access.yaml",
            #"""
            name: apache-access
            description: Apache access log, common, combined and vhost_combined format, with the time taken (%D)
            # After nginx-access, which takes the lines that both write and makes the same of them.
            order: 55
            extract:
              - '<server.address:word>:<server.port:int> <client.address:word> <_:word> <user.name:word> [<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <[<http.response.body.size:int>]><[-]><[ <http.request.header.referer:quoted> <user_agent.original:quoted>]><[ <duration_ns:microseconds>]>'
              - '<server.address:word>:<server.port:int> <client.address:word> <_:word> <user.name:word> [<time>] <message:quoted> <http.response.status_code:int> <[<http.response.body.size:int>]><[-]><[ <http.request.header.referer:quoted> <user_agent.original:quoted>]><[ <duration_ns:microseconds>]>'
              - '<client.address:word> <_:word> <user.name:word> [<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <[<http.response.body.size:int>]><[-]><[ <http.request.header.referer:quoted> <user_agent.original:quoted>]><[ <duration_ns:microseconds>]>'
              - '<client.address:word> <_:word> <user.name:word> [<time>] <message:quoted> <http.response.status_code:int> <[<http.response.body.size:int>]><[-]><[ <http.request.header.referer:quoted> <user_agent.original:quoted>]><[ <duration_ns:microseconds>]>'
            missing: ["-", ""]
            time: {formats: ["%d/%b/%Y:%H:%M:%S %z"]}
            level: {field: http.response.status_code, map: {"5*": error, "4*": warn, "*": info}}
            samples:
              - line: 'shop.example:443 203.0.113.7 - - [29/Jan/2023:09:20:29 +0000] "GET /cart HTTP/1.1" 200 5316 "https://shop.example/" "Mozilla/5.0 (\"quoted\")"'
                record:
                  time: 2023-01-29T09:20:29Z
                  level: info
                  server.address: shop.example
                  server.port: 443
                  client.address: 203.0.113.7
                  http.request.method: GET
                  url.original: /cart
                  network.protocol.version: "1.1"
                  http.response.status_code: 200
                  http.response.body.size: 5316
                  http.request.header.referer: https://shop.example/
                  user_agent.original: Mozilla/5.0 ("quoted")
              - line: '2001:db8::7 - ann [29/Jan/2023:01:20:30 -0800] "DELETE /orders/7 HTTP/1.1" 204 -'
                record:
                  time: 2023-01-29T09:20:30Z
                  level: info
                  client.address: 2001:db8::7
                  user.name: ann
                  http.request.method: DELETE
                  url.original: /orders/7
                  network.protocol.version: "1.1"
                  http.response.status_code: 204
              - line: 'shop.example:80 203.0.113.7 - - [29/Jan/2023:09:20:31 +0000] "POST /pay HTTP/1.0" 500 612 "-" "curl/7.88.1" 120345'
                record:
                  time: 2023-01-29T09:20:31Z
                  level: error
                  server.address: shop.example
                  server.port: 80
                  client.address: 203.0.113.7
                  http.request.method: POST
                  url.original: /pay
                  network.protocol.version: "1.0"
                  http.response.status_code: 500
                  http.response.body.size: 612
                  user_agent.original: curl/7.88.1
                  duration_ns: 120345000
              - line: '203.0.113.8 - - [29/Jan/2023:09:20:32 +0000] "-" 408 - "-" "-"'
                record:
                  time: 2023-01-29T09:20:32Z
                  level: warn
                  client.address: 203.0.113.8
                  http.response.status_code: 408
              - line: '203.0.113.8 - - [29/Jan/2023:09:20:33 +0000] "GET /a b\"c HTTP/1.1" 400 - "-" "-"'
                record:
                  time: 2023-01-29T09:20:33Z
                  level: warn
                  client.address: 203.0.113.8
                  message: GET /a b"c HTTP/1.1
                  http.response.status_code: 400
            """#
        ),
        (
            "apache-error.yaml",
            #"""
            name: apache-error
            description: Apache error log, as versions 2.4 and 2.2 write it
            extract:
              # 2.4: module and level, process and thread, client with its port.
              - '[<time>] [<apache.module>:<level><[<_:int>]>] [pid <process.pid:int><[:tid <thread.id:int>]>] [client <client.address:word>:<client.port:int>] <message>, referer: <http.request.header.referer>'
              - '[<time>] [<apache.module>:<level><[<_:int>]>] [pid <process.pid:int><[:tid <thread.id:int>]>] [client <client.address:word>:<client.port:int>] <message>'
              - '[<time>] [<apache.module>:<level><[<_:int>]>] [pid <process.pid:int><[:tid <thread.id:int>]>] [client <client.address:word>] <message>'
              - '[<time>] [<apache.module>:<level><[<_:int>]>] [pid <process.pid:int><[:tid <thread.id:int>]>] <message>'
              # 2.2
              - '[<time>] [<level>] [client <client.address:word>] <message>, referer: <http.request.header.referer>'
              - '[<time>] [<level>] [client <client.address:word>] <message>'
              - '[<time>] [<level>] <message>'
            missing: [""]
            time: {formats: ["%a %b %e %H:%M:%S.%f %Y", "%a %b %e %H:%M:%S %Y"]}
            level: {map: {emerg: emergency, crit: critical}}
            set: {service: apache}
            samples:
              - line: '[Sun Jan 29 09:20:29.123456 2023] [core:error] [pid 1234:tid 140213] [client 203.0.113.7:51234] AH00037: Symbolic link not allowed or link target not accessible: /srv/www/x, referer: https://shop.example/'
                record:
                  time: 2023-01-29T09:20:29.123456Z
                  level: error
                  apache.module: core
                  process.pid: 1234
                  thread.id: 140213
                  client.address: 203.0.113.7
                  client.port: 51234
                  message: 'AH00037: Symbolic link not allowed or link target not accessible: /srv/www/x'
                  http.request.header.referer: https://shop.example/
                  service: apache
              - line: '[Sun Jan 29 09:20:30.000123 2023] [mpm_event:notice] [pid 1:tid 140213] AH00489: Apache/2.4.55 (Unix) configured -- resuming normal operations'
                record:
                  time: 2023-01-29T09:20:30.000123Z
                  level: notice
                  apache.module: mpm_event
                  process.pid: 1
                  thread.id: 140213
                  message: 'AH00489: Apache/2.4.55 (Unix) configured -- resuming normal operations'
                  service: apache
              - line: '[Sun Jan 29 09:20:31.765432 2023] [ssl:trace3] [pid 77] [client 2001:db8::7:51234] OpenSSL: Handshake: start'
                record:
                  time: 2023-01-29T09:20:31.765432Z
                  level: trace
                  apache.module: ssl
                  process.pid: 77
                  client.address: 2001:db8::7:51234
                  message: 'OpenSSL: Handshake: start'
                  service: apache
              - line: '[Sun Jan 29 09:20:32.123456 2023] [:crit] [pid 1234] [client 203.0.113.7:51234] PHP Fatal error: Uncaught Error'
                record:
                  time: 2023-01-29T09:20:32.123456Z
                  level: critical
                  process.pid: 1234
                  client.address: 203.0.113.7
                  client.port: 51234
                  message: 'PHP Fatal error: Uncaught Error'
                  service: apache
              - line: '[Sun Jan 29 09:20:33 2023] [error] [client 203.0.113.7] File does not exist: /srv/www/favicon.ico'
                record:
                  time: 2023-01-29T09:20:33Z
                  level: error
                  client.address: 203.0.113.7
                  message: 'File does not exist: /srv/www/favicon.ico'
                  service: apache
              - line: '[Sun Jan  1 09:20:34 2023] [warn] child process 1234 still did not exit, sending a SIGTERM'
                record:
                  time: 2023-01-01T09:20:34Z
                  level: warn
                  message: child process 1234 still did not exit, sending a SIGTERM
                  service: apache
            """#
        ),
        (
            "cef.yaml",
            #"""
            name: cef
            description: ArcSight's Common Event Format, with a syslog header or without
            order: 40
            extract:
              - '<<<pri:priority>>CEF:<cef.version:int>|<cef.device_vendor>|<cef.device_product>|<cef.device_version>|<cef.event_class_id>|<message>|<cef.severity>|<extension:cef_extension>'
              - 'CEF:<cef.version:int>|<cef.device_vendor>|<cef.device_product>|<cef.device_version>|<cef.event_class_id>|<message>|<cef.severity>|<extension:cef_extension>'
              - '<<<pri:priority>><time> <host.name:word> CEF:<cef.version:int>|<cef.device_vendor>|<cef.device_product>|<cef.device_version>|<cef.event_class_id>|<message>|<cef.severity>|<extension:cef_extension>'
              - '<time> <host.name:word> CEF:<cef.version:int>|<cef.device_vendor>|<cef.device_product>|<cef.device_version>|<cef.event_class_id>|<message>|<cef.severity>|<extension:cef_extension>'
            missing: [""]
            time: {formats: ["%b %e %H:%M:%S", "%b %e %Y %H:%M:%S", rfc3339]}
            rename:
              src: source.address
              spt: source.port
              dst: destination.address
              dpt: destination.port
              suser: source.user.name
              duser: destination.user.name
              dvchost: host.name
              request: url.original
              requestMethod: http.request.method
              msg: cef.message
            level:
              field: cef.severity
              map: {"10": critical, "9": critical, "8": error, "7": error, "6": warn, "5": warn, "4": warn, Very-High: critical, High: error, Medium: warn, "*": info}
            samples:
              - line: 'CEF:0|Shop|Guard|1.0|100|worm successfully stopped|10|src=10.0.0.1 dst=2001:db8::7 spt=1232 msg=found in "cart" at a\=b act=blocked'
                record:
                  level: critical
                  cef.version: 0
                  cef.device_vendor: Shop
                  cef.device_product: Guard
                  cef.device_version: "1.0"
                  cef.event_class_id: "100"
                  message: worm successfully stopped
                  cef.severity: "10"
                  source.address: 10.0.0.1
                  destination.address: 2001:db8::7
                  source.port: "1232"
                  cef.message: found in "cart" at a=b
                  act: blocked
              - line: '<134>Jan 29 09:20:29 fw-1 CEF:0|Shop|Guard|1.0|login|user logged in|Low|suser=ann cs1Label=Policy cs1=night shift'
                record:
                  time: 2023-01-29T09:20:29Z
                  level: info
                  facility: local0
                  host.name: fw-1
                  cef.version: 0
                  cef.device_vendor: Shop
                  cef.device_product: Guard
                  cef.device_version: "1.0"
                  cef.event_class_id: login
                  message: user logged in
                  cef.severity: Low
                  source.user.name: ann
                  cs1Label: Policy
                  cs1: night shift
              - line: '2023-01-29T10:20:30+01:00 fw-1 CEF:1|Shop|Guard||7|port scan|Very-High|'
                record:
                  time: 2023-01-29T09:20:30Z
                  level: critical
                  host.name: fw-1
                  cef.version: 1
                  cef.device_vendor: Shop
                  cef.device_product: Guard
                  cef.event_class_id: "7"
                  message: port scan
                  cef.severity: Very-High
            """#
        ),
        (
            "cron.yaml",
            #"""
            name: cron
            description: Jobs that cron starts
            match: {programs: [CRON, CROND, cron, crond, /usr/sbin/cron, crontab, anacron]}
            extract:
              - '(<user.name:word>) <message>'
            set: {service: cron}
            level: {field: message, map: {"ERROR*": error, "*": info}}
            samples:
              - program: CRON
                line: '(root) CMD (test -x /usr/sbin/anacron || (cd / && run-parts /etc/cron.daily))'
                record:
                  level: info
                  message: CMD (test -x /usr/sbin/anacron || (cd / && run-parts /etc/cron.daily))
                  user.name: root
                  service: cron
              - program: cron
                line: '(*system*) ERROR (bad username; while reading /etc/cron.d/shop)'
                record:
                  level: error
                  message: ERROR (bad username; while reading /etc/cron.d/shop)
                  user.name: '*system*'
                  service: cron
            """#
        ),
        (
            "docker-json.yaml",
            #"""
            name: docker-json
            description: Docker's json-file logging driver; the line that the container wrote is parsed in its turn
            format: json
            match: {fields: [log, stream, time]}
            order: 40
            rename: {log: message, stream: log.iostream}
            inner: message
            multiline:
              # Lines of more than 16 KiB are cut to pieces, of which the last ends with a newline. Other writers have these fields
              # too, and more, and no newlines.
              partial: {field: log, by: stream, until: "\n", only: [log, stream, attrs.*]}
              bytes: 1MiB
            samples:
              - line: '{"log":"ready to serve\n","stream":"stdout","time":"2023-01-29T09:20:29.123456789Z"}'
                record:
                  time: 2023-01-29T09:20:29.123456789Z
                  log.iostream: stdout
                  message: ready to serve
              - line: '{"log":"{\"level\":\"error\",\"msg\":\"cart is gone\",\"trace_id\":\"9e8a820408225258ebe1050dd8d91d8c\"}\n","stream":"stderr","time":"2023-01-29T09:20:30.512Z"}'
                record:
                  time: 2023-01-29T09:20:30.512Z
                  log.iostream: stderr
                  level: error
                  message: cart is gone
                  trace_id: 9e8a820408225258ebe1050dd8d91d8c
              - line: '{"log":"2023/01/29 09:20:31 [warn] 7#7: *9 upstream \u0022cart\u0022 is slow\n","stream":"stderr","attrs":{"tag":"web"},"time":"2023-01-29T09:20:31.000000001Z"}'
                record:
                  time: 2023-01-29T09:20:31Z
                  log.iostream: stderr
                  attrs.tag: web
                  level: warn
                  process.pid: 7
                  thread.id: 7
                  nginx.connection: 9
                  message: upstream "cart" is slow
                  service: nginx
              - line: |
                  {"log":"{\"level\":\"error\",\"msg\":\"cart","stream":"stdout","time":"2023-01-29T09:20:32.000000001Z"}
                  {"log":"starting\n","stream":"stderr","time":"2023-01-29T09:20:32.000000002Z"}
                  {"log":" is gone\"}\n","stream":"stdout","time":"2023-01-29T09:20:32.000000003Z"}
                records:
                  - time: 2023-01-29T09:20:32.000000002Z
                    log.iostream: stderr
                    message: starting
                  - time: 2023-01-29T09:20:32.000000001Z
                    log.iostream: stdout
                    level: error
                    message: cart is gone
              - line: |
                  {"log":"ready to serve","stream":"stdout","logtag":"F","time":"2023-01-29T09:20:33.000000001Z"}
                  {"log":"ready to stop","stream":"stdout","time":"2023-01-29T09:20:33.000000002Z"}
                records:
                  - time: 2023-01-29T09:20:33.000000001Z
                    log.iostream: stdout
                    logtag: F
                    message: ready to serve
                  - time: 2023-01-29T09:20:33.000000002Z
                    log.iostream: stdout
                    message: ready to stop
                    parse_error: the line goes on, but its next piece did not come
            """#
        ),
        (
            "envoy-access.yaml",
            #"""
            name: envoy-access
            description: Envoy access log in its default format, and in Istio's
            extract:
              # Istio
              - '[<time>] "<http.request.method:word> <url.original:word> <network.protocol:word>" <http.response.status_code:int> <envoy.response_flags:word> <envoy.response_code_details:word> <envoy.connection_termination_details:word> <envoy.upstream_failure:quoted> <http.request.body.size:int> <http.response.body.size:int> <duration_ns:milliseconds> <[<upstream.duration_ns:milliseconds>]><[-]> <http.request.header.x-forwarded-for:quoted> <user_agent.original:quoted> <request_id:quoted> <server.address:quoted> <upstream.address:quoted> <upstream.name:word> <envoy.upstream_local_address:word> <envoy.downstream_local_address:word> <client.address:word> <envoy.requested_server_name:word> <envoy.route:word>'
              - '[<time>] "<http.request.method:word> <url.original:word> <network.protocol:word>" <http.response.status_code:int> <envoy.response_flags:word> <http.request.body.size:int> <http.response.body.size:int> <duration_ns:milliseconds> <[<upstream.duration_ns:milliseconds>]><[-]> <http.request.header.x-forwarded-for:quoted> <user_agent.original:quoted> <request_id:quoted> <server.address:quoted> <upstream.address:quoted>'
            missing: ["-", ""]
            level: {field: http.response.status_code, map: {"5*": error, "4*": warn, "*": info}}
            set: {service: envoy}
            samples:
              - line: '[2023-01-29T09:20:29.123Z] "GET /api/cart HTTP/1.1" 200 - 0 612 4 3 "203.0.113.7" "curl/7.88.1" "d290f1ee-6c54-4b01-90e6-d701748f0851" "shop.example" "10.42.0.17:8080"'
                record:
                  time: 2023-01-29T09:20:29.123Z
                  level: info
                  http.request.method: GET
                  url.original: /api/cart
                  network.protocol: HTTP/1.1
                  http.response.status_code: 200
                  http.request.body.size: 0
                  http.response.body.size: 612
                  duration_ns: 4000000
                  upstream.duration_ns: 3000000
                  http.request.header.x-forwarded-for: 203.0.113.7
                  user_agent.original: curl/7.88.1
                  request_id: d290f1ee-6c54-4b01-90e6-d701748f0851
                  server.address: shop.example
                  upstream.address: 10.42.0.17:8080
                  service: envoy
              - line: '[2023-01-29T09:20:30.001Z] "POST /pay HTTP/2" 503 UF,URX 91 145 2002 - "-" "grpc \"go\"/1.52" "7c1d" "[2001:db8::20]:8443" "-"'
                record:
                  time: 2023-01-29T09:20:30.001Z
                  level: error
                  http.request.method: POST
                  url.original: /pay
                  network.protocol: HTTP/2
                  http.response.status_code: 503
                  envoy.response_flags: UF,URX
                  http.request.body.size: 91
                  http.response.body.size: 145
                  duration_ns: 2002000000
                  user_agent.original: grpc "go"/1.52
                  request_id: 7c1d
                  server.address: '[2001:db8::20]:8443'
                  service: envoy
              - line: '[2023-01-29T09:20:31.456Z] "GET /orders/7 HTTP/1.1" 404 NR route_not_found - "-" 0 0 1 - "-" "curl/7.88.1" "5f1e" "orders.shop:80" "-" - - 10.96.0.12:80 10.42.0.9:41234 - default'
                record:
                  time: 2023-01-29T09:20:31.456Z
                  level: warn
                  http.request.method: GET
                  url.original: /orders/7
                  network.protocol: HTTP/1.1
                  http.response.status_code: 404
                  envoy.response_flags: NR
                  envoy.response_code_details: route_not_found
                  http.request.body.size: 0
                  http.response.body.size: 0
                  duration_ns: 1000000
                  user_agent.original: curl/7.88.1
                  request_id: 5f1e
                  server.address: orders.shop:80
                  envoy.downstream_local_address: 10.96.0.12:80
                  client.address: 10.42.0.9:41234
                  envoy.route: default
                  service: envoy
              - line: '[2023-01-29T09:20:32.789Z] "- - -" 0 - - - "-" 517 1204 60011 - "-" "-" "-" "-" "10.42.0.20:5432" outbound|5432||postgres.shop.svc.cluster.local 10.42.0.9:41240 10.96.0.30:5432 10.42.0.9:41238 - -'
                record:
                  time: 2023-01-29T09:20:32.789Z
                  level: info
                  http.response.status_code: 0
                  http.request.body.size: 517
                  http.response.body.size: 1204
                  duration_ns: 60011000000
                  upstream.address: 10.42.0.20:5432
                  upstream.name: outbound|5432||postgres.shop.svc.cluster.local
                  envoy.upstream_local_address: 10.42.0.9:41240
                  envoy.downstream_local_address: 10.96.0.30:5432
                  client.address: 10.42.0.9:41238
                  service: envoy
            """#
        ),
        (
            "gelf.yaml",
            #"""
            name: gelf
            description: Graylog's GELF
            format: json
            match: {fields: [version, host, short_message]}
            order: 45
            rename:
              short_message: message
              host: host.name
              file: code.filepath
              line: code.lineno
              _service: service
              _trace_id: trace_id
              _span_id: span_id
              _request_id: request_id
              _logger: logger
              _logger_name: logger
              _thread: thread.name
              _thread_name: thread.name
              _pid: process.pid
              _container_name: container.name
              _container_id: container.id
              _image_name: container.image.name
            drop: [version]
            missing: [""]
            level: {map: {"0": emergency, "1": alert, "2": critical, "3": error, "4": warn, "5": notice, "6": info, "7": debug}}
            samples:
              - line: '{"version":"1.1","host":"web-1","short_message":"cart is gone","full_message":"cart is gone\njava.lang.IllegalStateException: no tax rate for \"XX\"\n\tat com.example.Billing.run(Billing.java:99)","timestamp":1674984029.307211,"level":3,"_user_id":9001,"_trace_id":"9e8a820408225258ebe1050dd8d91d8c","_logger_name":"com.example.Cart"}'
                record:
                  time: 2023-01-29T09:20:29.307211Z
                  level: error
                  message: cart is gone
                  full_message: "cart is gone\njava.lang.IllegalStateException: no tax rate for \"XX\"\n\tat com.example.Billing.run(Billing.java:99)"
                  host.name: web-1
                  _user_id: 9001
                  trace_id: 9e8a820408225258ebe1050dd8d91d8c
                  logger: com.example.Cart
              - line: '{"version":"1.1","host":"2001:db8::7","short_message":"ready","timestamp":1674984030.123,"level":6,"_container_name":"cart","_command":"/cart --port \"8080\"","_tag":""}'
                record:
                  time: 2023-01-29T09:20:30.123Z
                  level: info
                  message: ready
                  host.name: 2001:db8::7
                  container.name: cart
                  _command: /cart --port "8080"
              - line: '{"version":"1.1","host":"web-1","short_message":"no time and no level"}'
                record:
                  message: no time and no level
                  host.name: web-1
            """#
        ),
        (
            "go-log.yaml",
            #"""
            name: go-log
            description: Go's log package, and log/slog where it writes through it
            order: 90
            extract:
              - '<time> <code.filepath:word>:<code.lineno:int>: <message>'
              - '<time> <level><[+<_:int>]><[<_:int>]> <message>'
              - '<time> <message>'
            time: {formats: ["%Y/%m/%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S"]}
            samples:
              - line: '2009/11/10 23:00:00 main.go:12: listening on [::]:8080'
                record:
                  time: 2009-11-10T23:00:00Z
                  code.filepath: main.go
                  code.lineno: 12
                  message: 'listening on [::]:8080'
              - line: '2023/01/29 09:20:29.123456 cannot open "cart": no such file'
                record:
                  time: 2023-01-29T09:20:29.123456Z
                  message: 'cannot open "cart": no such file'
              - line: '2023/01/29 09:20:30 WARN+1 queue is full depth=512'
                record:
                  time: 2023-01-29T09:20:30Z
                  level: warn
                  message: queue is full depth=512
              - line: '2023/01/29 09:20:31 http: panic serving [2001:db8::7]:51234: runtime error: index out of range [3]'
                record:
                  time: 2023-01-29T09:20:31Z
                  message: 'http: panic serving [2001:db8::7]:51234: runtime error: index out of range [3]'
            """#
        ),
        (
            "go-slog-json.yaml",
            #"""
            name: go-slog-json
            description: JSON of Go's log/slog with AddSource, levels such as INFO+2 among them
            format: json
            match: {fields: [time, level, msg, source.function, source.file, source.line]}
            rename:
              source.function: code.function
              source.file: code.filepath
              source.line: code.lineno
            level: {map: {"DEBUG*": debug, "INFO*": info, "WARN*": warn, "ERROR*": error}}
            samples:
              - line: '{"time":"2023-01-29T10:20:29.123456789+01:00","level":"INFO","source":{"function":"main.serve","file":"/src/main.go","line":41},"msg":"listening","addr":":8080"}'
                record:
                  time: 2023-01-29T09:20:29.123456789Z
                  level: info
                  code.function: main.serve
                  code.filepath: /src/main.go
                  code.lineno: 41
                  message: listening
                  addr: ':8080'
              - line: '{"time":"2023-01-29T09:20:30.512Z","level":"INFO+2","source":{"function":"main.(*cart).add","file":"/src/cart.go","line":7},"msg":"item \"x\" added","user":{"id":7},"err":null}'
                record:
                  time: 2023-01-29T09:20:30.512Z
                  level: info
                  code.function: main.(*cart).add
                  code.filepath: /src/cart.go
                  code.lineno: 7
                  message: item "x" added
                  user.id: 7
              - line: '{"time":"2023-01-29T09:20:31.123Z","level":"DEBUG-4","source":{"function":"main.tick","file":"/src/tick.go","line":12},"msg":""}'
                record:
                  time: 2023-01-29T09:20:31.123Z
                  level: debug
                  code.function: main.tick
                  code.filepath: /src/tick.go
                  code.lineno: 12
                  message: ""
            """#
        ),
        (
            "haproxy-http.yaml",
            #"""
            name: haproxy-http
            description: HAProxy's HTTP log (option httplog), as it is or inside syslog
            order: 45
            extract:
              - '<client.address:word>:<client.port:int> [<time>] <haproxy.frontend:word> <haproxy.backend:word>/<haproxy.server:word> <haproxy.request_ms:int>/<haproxy.queue_ms:int>/<haproxy.connect_ms:int>/<haproxy.response_ms:int>/<[+]><duration_ns:milliseconds> <http.response.status_code:int> <[+]><http.response.size:int> <haproxy.request_cookie:word> <haproxy.response_cookie:word> <haproxy.termination_state:word> <haproxy.connections:word> <haproxy.queues:word><[ {<haproxy.request_headers>}]><[ {<haproxy.response_headers>}]> "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>"'
              - '<client.address:word>:<client.port:int> [<time>] <haproxy.frontend:word> <haproxy.backend:word>/<haproxy.server:word> <haproxy.request_ms:int>/<haproxy.queue_ms:int>/<haproxy.connect_ms:int>/<haproxy.response_ms:int>/<[+]><duration_ns:milliseconds> <http.response.status_code:int> <[+]><http.response.size:int> <haproxy.request_cookie:word> <haproxy.response_cookie:word> <haproxy.termination_state:word> <haproxy.connections:word> <haproxy.queues:word><[ {<haproxy.request_headers>}]><[ {<haproxy.response_headers>}]> "<message>"'
              # An IPv6 address stands before the port without brackets: both are kept together.
              - '<client.address:word> [<time>] <haproxy.frontend:word> <haproxy.backend:word>/<haproxy.server:word> <haproxy.request_ms:int>/<haproxy.queue_ms:int>/<haproxy.connect_ms:int>/<haproxy.response_ms:int>/<[+]><duration_ns:milliseconds> <http.response.status_code:int> <[+]><http.response.size:int> <haproxy.request_cookie:word> <haproxy.response_cookie:word> <haproxy.termination_state:word> <haproxy.connections:word> <haproxy.queues:word><[ {<haproxy.request_headers>}]><[ {<haproxy.response_headers>}]> "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>"'
            missing: ["-", ""]
            time: {formats: ["%d/%b/%Y:%H:%M:%S.%f"]}
            level: {field: http.response.status_code, map: {"5*": error, "4*": warn, "-1": warn, "*": info}}
            set: {service: haproxy}
            samples:
              - line: '10.0.1.2:33317 [29/Jan/2023:09:20:29.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /index.html HTTP/1.1"'
                record:
                  time: 2023-01-29T09:20:29.655Z
                  level: info
                  client.address: 10.0.1.2
                  client.port: 33317
                  haproxy.frontend: http-in
                  haproxy.backend: static
                  haproxy.server: srv1
                  haproxy.request_ms: 10
                  haproxy.queue_ms: 0
                  haproxy.connect_ms: 30
                  haproxy.response_ms: 69
                  duration_ns: 109000000
                  http.response.status_code: 200
                  http.response.size: 2750
                  haproxy.termination_state: '----'
                  haproxy.connections: 1/1/1/1/0
                  haproxy.queues: 0/0
                  http.request.method: GET
                  url.original: /index.html
                  network.protocol.version: "1.1"
                  service: haproxy
              - line: '2001:db8::7:41234 [29/Jan/2023:09:20:30.001] https-in~ shop/<NOSRV> 3/-1/-1/-1/5003 503 217 - - SC-- 2/2/0/0/3 0/0 {shop.example|curl/7.88.1} {} "POST /pay HTTP/2.0"'
                record:
                  time: 2023-01-29T09:20:30.001Z
                  level: error
                  client.address: 2001:db8::7:41234
                  haproxy.frontend: https-in~
                  haproxy.backend: shop
                  haproxy.server: <NOSRV>
                  haproxy.request_ms: 3
                  haproxy.queue_ms: -1
                  haproxy.connect_ms: -1
                  haproxy.response_ms: -1
                  duration_ns: 5003000000
                  http.response.status_code: 503
                  http.response.size: 217
                  haproxy.termination_state: SC--
                  haproxy.connections: 2/2/0/0/3
                  haproxy.queues: 0/0
                  haproxy.request_headers: shop.example|curl/7.88.1
                  http.request.method: POST
                  url.original: /pay
                  network.protocol.version: "2.0"
                  service: haproxy
              - line: '10.0.1.2:33319 [29/Jan/2023:09:20:31.234] http-in http-in/<NOSRV> -1/-1/-1/-1/+2 400 +187 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>"'
                record:
                  time: 2023-01-29T09:20:31.234Z
                  level: warn
                  client.address: 10.0.1.2
                  client.port: 33319
                  haproxy.frontend: http-in
                  haproxy.backend: http-in
                  haproxy.server: <NOSRV>
                  haproxy.request_ms: -1
                  haproxy.queue_ms: -1
                  haproxy.connect_ms: -1
                  haproxy.response_ms: -1
                  duration_ns: 2000000
                  http.response.status_code: 400
                  http.response.size: 187
                  haproxy.termination_state: PR--
                  haproxy.connections: 1/1/0/0/0
                  haproxy.queues: 0/0
                  message: <BADREQ>
                  service: haproxy
            """#
        ),
        (
            "java-util-logging.yaml",
            #"""
            name: java-util-logging
            description: java.util.logging's SimpleFormatter, whose records take two lines and more
            extract:
              - "<time> <logger:word> <code.function:word>\n<level>: <message>"
              - "<time> <logger:word>\n<level>: <message>"
            time: {formats: ["%b %e, %Y %I:%M:%S %p"]}
            level: {map: {CONFIG: info, FINE: debug, FINER: trace, FINEST: trace}}
            multiline: {start: '<time> <logger:word>', timeout: 1s}
            samples:
              - line: |-
                  Jan 29, 2023 9:20:29 AM com.example.Cart main
                  INFO: cart is open
                record:
                  time: 2023-01-29T09:20:29Z
                  level: info
                  logger: com.example.Cart
                  code.function: main
                  message: cart is open
              - line: |-
                  Jan 9, 2023 11:20:30 PM com.example.Billing run
                  SEVERE: invoice failed
                  java.lang.IllegalStateException: no tax rate for "XX"
                  	at com.example.Billing.run(Billing.java:99)
                record:
                  time: 2023-01-09T23:20:30Z
                  level: error
                  logger: com.example.Billing
                  code.function: run
                  message: "invoice failed\njava.lang.IllegalStateException: no tax rate for \"XX\"\n\tat com.example.Billing.run(Billing.java:99)"
            """#
        ),
        (
            "journal-export.yaml",
            #"""
            name: journal-export
            description: What `journalctl -o export` writes, values of several lines too; the message is parsed in its turn
            order: 40
            extract:
              - '<fields:journal_export>'
            multiline: {start: '__CURSOR=', bytes: 1MiB}
            time: {field: __REALTIME_TIMESTAMP, formats: ["%u"]}
            rename:
              MESSAGE: message
              PRIORITY: level
              SYSLOG_IDENTIFIER: program
              _PID: process.pid
              _TID: thread.id
              _EXE: process.executable.path
              _CMDLINE: process.command_line
              _HOSTNAME: host.name
              _SYSTEMD_UNIT: systemd.unit
              _SYSTEMD_USER_UNIT: systemd.user_unit
              CODE_FILE: code.filepath
              CODE_LINE: code.lineno
              CODE_FUNC: code.function
              CONTAINER_NAME: container.name
              CONTAINER_ID_FULL: container.id
            drop:
              - __CURSOR
              - __MONOTONIC_TIMESTAMP
              - __SEQNUM
              - __SEQNUM_ID
              - _SOURCE_REALTIME_TIMESTAMP
              - _SOURCE_MONOTONIC_TIMESTAMP
              - _BOOT_ID
              - _MACHINE_ID
              - _CAP_EFFECTIVE
              - _RUNTIME_SCOPE
              - _SELINUX_CONTEXT
              - _STREAM_ID
              - _SYSTEMD_CGROUP
              - _SYSTEMD_INVOCATION_ID
              - _SYSTEMD_SLICE
              - SYSLOG_TIMESTAMP
              - SYSLOG_PID
              - SYSLOG_RAW
            level: {map: {"0": emergency, "1": alert, "2": critical, "3": error, "4": warn, "5": notice, "6": info, "7": debug}}
            inner: message
            samples:
              - line: |
                  __CURSOR=s=1;i=2a
                  __REALTIME_TIMESTAMP=1674984029123456
                  __MONOTONIC_TIMESTAMP=77000001
                  _BOOT_ID=3f1e
                  PRIORITY=3
                  _TRANSPORT=journal
                  SYSLOG_IDENTIFIER=systemd
                  _PID=1
                  _HOSTNAME=web-1
                  UNIT=cart.service
                  MESSAGE=Failed to start cart.service - Cart.

                  __CURSOR=s=1;i=2b
                  __REALTIME_TIMESTAMP=1674984029123457
                  _BOOT_ID=3f1e
                  PRIORITY=6
                  MESSAGE=level=warn msg="queue is full" depth=512

                records:
                  - time: 2023-01-29T09:20:29.123456Z
                    level: error
                    message: Failed to start cart.service - Cart.
                    program: systemd
                    process.pid: "1"
                    host.name: web-1
                    UNIT: cart.service
                    _TRANSPORT: journal
                  - time: 2023-01-29T09:20:29.123457Z
                    level: warn
                    message: queue is full
                    depth: 512
            """#
        ),
        (
            "journal-json.yaml",
            #"""
            name: journal-json
            description: What `journalctl -o json` writes; the message is parsed in its turn
            format: json
            match: {fields: [__REALTIME_TIMESTAMP, _BOOT_ID]}
            order: 40
            time: {field: __REALTIME_TIMESTAMP, formats: ["%u"]}
            rename:
              MESSAGE: message
              PRIORITY: level
              SYSLOG_IDENTIFIER: program
              _PID: process.pid
              _TID: thread.id
              _EXE: process.executable.path
              _CMDLINE: process.command_line
              _HOSTNAME: host.name
              _SYSTEMD_UNIT: systemd.unit
              _SYSTEMD_USER_UNIT: systemd.user_unit
              CODE_FILE: code.filepath
              CODE_LINE: code.lineno
              CODE_FUNC: code.function
              CONTAINER_NAME: container.name
              CONTAINER_ID_FULL: container.id
            drop:
              - __CURSOR
              - __MONOTONIC_TIMESTAMP
              - __SEQNUM
              - __SEQNUM_ID
              - _SOURCE_REALTIME_TIMESTAMP
              - _SOURCE_MONOTONIC_TIMESTAMP
              - _BOOT_ID
              - _MACHINE_ID
              - _CAP_EFFECTIVE
              - _RUNTIME_SCOPE
              - _SELINUX_CONTEXT
              - _STREAM_ID
              - _SYSTEMD_CGROUP
              - _SYSTEMD_INVOCATION_ID
              - _SYSTEMD_SLICE
              - SYSLOG_TIMESTAMP
              - SYSLOG_PID
              - SYSLOG_RAW
            level: {map: {"0": emergency, "1": alert, "2": critical, "3": error, "4": warn, "5": notice, "6": info, "7": debug}}
            inner: message
            samples:
              - line: '{"__CURSOR":"s=1;i=2a","__REALTIME_TIMESTAMP":"1674984029123456","__MONOTONIC_TIMESTAMP":"77000001","_BOOT_ID":"3f1e","_MACHINE_ID":"9a8b","_HOSTNAME":"web-1","PRIORITY":"3","_TRANSPORT":"journal","_UID":"0","SYSLOG_IDENTIFIER":"systemd","_PID":"1","_COMM":"systemd","_SYSTEMD_UNIT":"init.scope","UNIT":"cart.service","CODE_FILE":"src/core/unit.c","CODE_LINE":"5712","MESSAGE":"Failed to start cart.service - Cart."}'
                record:
                  time: 2023-01-29T09:20:29.123456Z
                  level: error
                  message: Failed to start cart.service - Cart.
                  program: systemd
                  process.pid: "1"
                  host.name: web-1
                  systemd.unit: init.scope
                  UNIT: cart.service
                  code.filepath: src/core/unit.c
                  code.lineno: "5712"
                  _TRANSPORT: journal
                  _UID: "0"
                  _COMM: systemd
              - line: '{"__REALTIME_TIMESTAMP":"1674984030000001","_BOOT_ID":"3f1e","_HOSTNAME":"web-1","PRIORITY":"6","SYSLOG_IDENTIFIER":"cart","_PID":"99","_SYSTEMD_UNIT":"cart.service","MESSAGE":"{\"time\":\"2023-01-29T09:20:29.999Z\",\"level\":\"warn\",\"msg\":\"queue is \\\"full\\\"\",\"depth\":512}"}'
                record:
                  time: 2023-01-29T09:20:29.999Z
                  level: warn
                  message: queue is "full"
                  depth: 512
                  program: cart
                  process.pid: "99"
                  host.name: web-1
                  systemd.unit: cart.service
              - line: '{"__REALTIME_TIMESTAMP":"1674984031000002","_BOOT_ID":"3f1e","PRIORITY":"5","SYSLOG_IDENTIFIER":"blob","MESSAGE":null}'
                record:
                  time: 2023-01-29T09:20:31.000002Z
                  level: notice
                  program: blob
            """#
        ),
        (
            "klog.yaml",
            #"""
            name: klog
            description: klog and glog, as Kubernetes writes them
            extract:
              # The structured form: a quoted message, then pairs.
              - '<level><time>  <process.pid:int> <code.filepath:word>:<code.lineno:int>] <message:quoted> <fields:pairs>'
              - '<level><time>  <process.pid:int> <code.filepath:word>:<code.lineno:int>] <message:quoted>'
              - '<level><time>  <process.pid:int> <code.filepath:word>:<code.lineno:int>] <message>'
            time: {formats: ["%m%d %H:%M:%S.%f"]}
            level: {map: {I: info, W: warn, E: error, F: fatal}}
            samples:
              - line: 'I0129 09:20:29.123456    1234 controller.go:42] Starting the controller'
                record:
                  time: 2023-01-29T09:20:29.123456Z
                  level: info
                  process.pid: 1234
                  code.filepath: controller.go
                  code.lineno: 42
                  message: Starting the controller
              - line: 'E0129 09:20:30.654321       1 pod_workers.go:951] "Error syncing pod, skipping" err="failed to \"StartContainer\" for \"cart\"" pod="shop/cart-0" attempt=3'
                record:
                  time: 2023-01-29T09:20:30.654321Z
                  level: error
                  process.pid: 1
                  code.filepath: pod_workers.go
                  code.lineno: 951
                  message: Error syncing pod, skipping
                  err: failed to "StartContainer" for "cart"
                  pod: shop/cart-0
                  attempt: 3
              - line: 'W1231 23:59:59.000001   77777 reflector.go:302] "watch closed"'
                record:
                  time: 2022-12-31T23:59:59.000001Z
                  level: warn
                  process.pid: 77777
                  code.filepath: reflector.go
                  code.lineno: 302
                  message: watch closed
              - line: 'F0129 09:20:31.000002       1 main.go:17] cannot listen on [::]:8080: address in use'
                record:
                  time: 2023-01-29T09:20:31.000002Z
                  level: fatal
                  process.pid: 1
                  code.filepath: main.go
                  code.lineno: 17
                  message: 'cannot listen on [::]:8080: address in use'
            """#
        ),
        (
            "kubernetes-cri.yaml",
            #"""
            name: kubernetes-cri
            description: Container logs as containerd and CRI-O write them; the line that the container wrote is parsed in its turn
            order: 40
            extract:
              - '<time> <log.iostream:word> F <message>'
              - '<time> <log.iostream:word> F:<_:word> <message>'
            multiline:
              # Lines of more than 16 KiB are cut to pieces, all but the last with the tag P.
              partial:
                field: message
                by: log.iostream
                extract:
                  - '<time> <log.iostream:word> P <message>'
                  - '<time> <log.iostream:word> P:<_:word> <message>'
              bytes: 1MiB
            missing: [""]
            time: {formats: ["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]}
            inner: message
            samples:
              - line: '2023-01-29T09:20:29.123456789Z stdout F ready to serve'
                record:
                  time: 2023-01-29T09:20:29.123456789Z
                  log.iostream: stdout
                  message: ready to serve
              - line: '2023-01-29T10:20:30.000000002+01:00 stderr F I0129 09:20:30.123456    1234 leader.go:42] lost the lease'
                record:
                  time: 2023-01-29T09:20:30.123456Z
                  log.iostream: stderr
                  level: info
                  process.pid: 1234
                  code.filepath: leader.go
                  code.lineno: 42
                  message: lost the lease
              - line: '2023-01-29T09:20:31.000000003Z stdout F level=warn msg="queue is \"full\"" depth=512'
                record:
                  time: 2023-01-29T09:20:31.000000003Z
                  log.iostream: stdout
                  level: warn
                  message: queue is "full"
                  depth: 512
              - line: |
                  2023-01-29T09:20:32.000000004Z stdout P {"level":"error","msg":"cart
                  2023-01-29T09:20:32.000000005Z stderr P:x level=warn msg="que
                  2023-01-29T09:20:32.000000006Z stdout P  is go
                  2023-01-29T09:20:32.000000007Z stderr F ue is full"
                  2023-01-29T09:20:32.000000008Z stdout F:x ne","trace_id":"9e8a820408225258ebe1050dd8d91d8c"}
                records:
                  - time: 2023-01-29T09:20:32.000000005Z
                    log.iostream: stderr
                    level: warn
                    message: queue is full
                  - time: 2023-01-29T09:20:32.000000004Z
                    log.iostream: stdout
                    level: error
                    message: cart is gone
                    trace_id: 9e8a820408225258ebe1050dd8d91d8c
              - line: '2023-01-29T09:20:32.000000004Z stdout P a very long li'
                record:
                  time: 2023-01-29T09:20:32.000000004Z
                  log.iostream: stdout
                  message: a very long li
                  parse_error: the line goes on, but its next piece did not come
              - line: '2023-01-29T09:20:33.000000005Z stdout F '
                record:
                  time: 2023-01-29T09:20:33.000000005Z
                  log.iostream: stdout
            """#
        ),
        (
            "log4j.yaml",
            #"""
            name: log4j
            description: Usual text layouts of Log4j, Logback and JBoss, with stack traces
            order: 60
            extract:
              # %d [%t] %-5p %c - %m (Logback 1.3 on writes two dashes)
              - '<time>  [<thread.name>]  <level>  <logger:word> -<[-]> <message>'
              - '<time_text:word>  [<thread.name>]  <level>  <logger:word> -<[-]> <message>'
              # %d %-5p [%c] (%t) %m: JBoss, WildFly, Quarkus
              - '<time>  <level>  [<logger:word>] (<thread.name>) <message>'
              # %d %-5p [%t] %c - %m, or with a colon
              - '<time>  <level>  [<thread.name>]  <logger:word>  - <message>'
              - '<time>  <level>  [<thread.name>]  <logger:word>: <message>'
              # %-5p [%d] [%t] %c: %m: Dropwizard
              - '<level>  [<time>] <logger:word>: <message>'
              # %p [%t] %d %F:%L - %m: Cassandra
              - '<level>  [<thread.name>] <time> <code.filepath:word>:<code.lineno:int> - <message>'
              # [%d] %p %m: Kafka
              - '[<time>]  <level>  <message>'
              # %d %p %c: %m, or with a dash: Hadoop, Spark
              - '<time>  <level>  <logger:word>: <message>'
              - '<time>  <level>  <logger:word>  - <message>'
            time: {formats: ["%Y-%m-%d %H:%M:%S.%f %z", "%Y-%m-%d %H:%M:%S,%f %z", rfc3339, "%y/%m/%d %H:%M:%S"]}
            missing: [""]
            multiline: {timeout: 1s}
            samples:
              - line: '2023-01-29 09:20:29,123 [main] INFO  com.example.Cart - cart is open'
                record:
                  time: 2023-01-29T09:20:29.123Z
                  level: info
                  thread.name: main
                  logger: com.example.Cart
                  message: cart is open
              - line: |-
                  09:20:30.456 [pool-1-thread-3] ERROR com.example.Billing -- invoice failed
                  java.lang.IllegalStateException: no tax rate for "XX"
                  	at com.example.Billing.run(Billing.java:99)
                  	at java.base/java.lang.Thread.run(Thread.java:833)
                record:
                  time_text: '09:20:30.456'
                  level: error
                  thread.name: pool-1-thread-3
                  logger: com.example.Billing
                  message: "invoice failed\njava.lang.IllegalStateException: no tax rate for \"XX\"\n\tat com.example.Billing.run(Billing.java:99)\n\tat java.base/java.lang.Thread.run(Thread.java:833)"
              - line: '2023-01-29 09:20:31,789 WARN  [org.jboss.as.txn] (ServerService Thread Pool -- 47) WFLYTX0013: The node-identifier attribute is set to its default'
                record:
                  time: 2023-01-29T09:20:31.789Z
                  level: warn
                  thread.name: ServerService Thread Pool -- 47
                  logger: org.jboss.as.txn
                  message: 'WFLYTX0013: The node-identifier attribute is set to its default'
              - line: '23/01/29 09:20:32 INFO SparkContext: Running Spark version 3.3.1'
                record:
                  time: 2023-01-29T09:20:32Z
                  level: info
                  logger: SparkContext
                  message: Running Spark version 3.3.1
              - line: '[2023-01-29 09:20:33,321] ERROR [KafkaServer id=0] Fatal error during startup (kafka.server.KafkaServer)'
                record:
                  time: 2023-01-29T09:20:33.321Z
                  level: error
                  message: '[KafkaServer id=0] Fatal error during startup (kafka.server.KafkaServer)'
              - line: 'INFO  [main] 2023-01-29 09:20:34,654 StorageService.java:507 - Node /[2001:db8::7]:7000 state jump to NORMAL'
                record:
                  time: 2023-01-29T09:20:34.654Z
                  level: info
                  thread.name: main
                  code.filepath: StorageService.java
                  code.lineno: 507
                  message: 'Node /[2001:db8::7]:7000 state jump to NORMAL'
            """#
        ),
        (
            "mysql-error.yaml",
            #"""
            name: mysql-error
            description: Error log of MySQL and MariaDB
            extract:
              - '<time> <thread.id:int> [<level>] [<error.code:word>] [<mysql.subsystem:word>] <message>'
              - '<time>  <thread.id:int> [<level>] <message>'
            time: {formats: [rfc3339, "%Y-%m-%d  %H:%M:%S"]}
            level: {map: {System: info, Note: info, Warning: warn, ERROR: error}}
            set: {service: mysql}
            samples:
              - line: '2023-01-29T09:20:29.123456Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: ''8.0.32''  socket: ''/run/mysqld/mysqld.sock''  port: 3306'
                record:
                  time: 2023-01-29T09:20:29.123456Z
                  level: info
                  thread.id: 0
                  error.code: MY-010931
                  mysql.subsystem: Server
                  message: "/usr/sbin/mysqld: ready for connections. Version: '8.0.32'  socket: '/run/mysqld/mysqld.sock'  port: 3306"
                  service: mysql
              - line: '2023-01-29T10:20:30.654321+01:00 8 [ERROR] [MY-012592] [InnoDB] Operating system error number 2 in a file operation.'
                record:
                  time: 2023-01-29T09:20:30.654321Z
                  level: error
                  thread.id: 8
                  error.code: MY-012592
                  mysql.subsystem: InnoDB
                  message: Operating system error number 2 in a file operation.
                  service: mysql
              - line: '2023-01-29  9:20:31 0 [Note] InnoDB: Buffer pool(s) load completed at 230129  9:20:31'
                record:
                  time: 2023-01-29T09:20:31Z
                  level: info
                  thread.id: 0
                  message: 'InnoDB: Buffer pool(s) load completed at 230129  9:20:31'
                  service: mysql
              - line: '2023-01-29 10:20:32 17 [Warning] Aborted connection 17 to db: ''orders'' user: ''shop'' host: ''2001:db8::7'' (Got timeout reading communication packets)'
                record:
                  time: 2023-01-29T10:20:32Z
                  level: warn
                  thread.id: 17
                  message: "Aborted connection 17 to db: 'orders' user: 'shop' host: '2001:db8::7' (Got timeout reading communication packets)"
                  service: mysql
            """#
        ),
        (
            "mysql-slow.yaml",
            #"""
            name: mysql-slow
            description: Slow query log of MySQL and MariaDB
            extract:
              # MySQL; with log_slow_extra more stands behind Rows_examined.
              - "# Time: <time>\n# User@Host: <db.user>[<_>] @ <client.hostname> [<client.address>]  Id:  <mysql.thread_id:int>\n# Query_time: <duration_ns:seconds>  Lock_time: <mysql.lock_ns:seconds>  Rows_sent: <mysql.rows_sent:int>  Rows_examined: <mysql.rows_examined:int><mysql.extra>\n<[use <db.name:word>;\n]>SET timestamp=<_:int>;\n<db.statement>"
              # MariaDB. Where it leaves out the time, since that is the one it wrote last, the entry goes on with the one before.
              - "# Time: <time>\n# User@Host: <db.user>[<_>] @ <client.hostname> [<client.address>]\n# Thread_id: <mysql.thread_id:int>  Schema: <db.namespace>  QC_hit: <_>\n# Query_time: <duration_ns:seconds>  Lock_time: <mysql.lock_ns:seconds>  Rows_sent: <mysql.rows_sent:int>  Rows_examined: <mysql.rows_examined:int>\n<[# Rows_affected: <mysql.rows_affected:int>  Bytes_sent: <mysql.bytes_sent:int>\n]><[use <db.name:word>;\n]>SET timestamp=<_:int>;\n<db.statement>"
            missing: [""]
            time: {formats: [rfc3339, "%y%m%d  %H:%M:%S"]}
            set: {service: mysql, level: warn}
            multiline: {start: '# Time: ', timeout: 1s}
            samples:
              - line: |-
                  # Time: 2023-01-29T09:20:29.123456Z
                  # User@Host: shop[shop] @ web-1 [10.0.0.9]  Id:    42
                  # Query_time: 2.000123  Lock_time: 0.000045 Rows_sent: 1  Rows_examined: 100000
                  use orders;
                  SET timestamp=1674984027;
                  SELECT COUNT(*) FROM orders
                  WHERE note = "a \"b\"";
                record:
                  time: 2023-01-29T09:20:29.123456Z
                  level: warn
                  db.user: shop
                  client.hostname: web-1
                  client.address: 10.0.0.9
                  mysql.thread_id: 42
                  duration_ns: 2000123000
                  mysql.lock_ns: 45000
                  mysql.rows_sent: 1
                  mysql.rows_examined: 100000
                  db.name: orders
                  db.statement: "SELECT COUNT(*) FROM orders\nWHERE note = \"a \\\"b\\\"\";"
                  service: mysql
              - line: |-
                  # Time: 2023-01-29T10:20:30.654321+01:00
                  # User@Host: root[root] @ localhost []  Id:     8
                  # Query_time: 11.5  Lock_time: 0.000000 Rows_sent: 0  Rows_examined: 0 Thread_id: 8 Errno: 0 Killed: 0
                  SET timestamp=1674984019;
                  # administrator command: Quit;
                record:
                  time: 2023-01-29T09:20:30.654321Z
                  level: warn
                  db.user: root
                  client.hostname: localhost
                  mysql.thread_id: 8
                  duration_ns: 11500000000
                  mysql.lock_ns: 0
                  mysql.rows_sent: 0
                  mysql.rows_examined: 0
                  mysql.extra: ' Thread_id: 8 Errno: 0 Killed: 0'
                  db.statement: '# administrator command: Quit;'
                  service: mysql
              - line: |-
                  # Time: 230129  9:20:31
                  # User@Host: shop[shop] @  [2001:db8::7]
                  # Thread_id: 17  Schema: orders  QC_hit: No
                  # Query_time: 1.250000  Lock_time: 0.000010  Rows_sent: 3  Rows_examined: 9
                  # Rows_affected: 0  Bytes_sent: 57
                  SET timestamp=1674984031;
                  SELECT 1;
                record:
                  time: 2023-01-29T09:20:31Z
                  level: warn
                  db.user: shop
                  client.address: 2001:db8::7
                  mysql.thread_id: 17
                  db.namespace: orders
                  duration_ns: 1250000000
                  mysql.lock_ns: 10000
                  mysql.rows_sent: 3
                  mysql.rows_examined: 9
                  mysql.rows_affected: 0
                  mysql.bytes_sent: 57
                  db.statement: SELECT 1;
                  service: mysql
            """#
        ),
        (
            "nginx-access.yaml",
            #"""
            name: nginx-access
            description: nginx access log, common and combined format, with forwarded address, request id and request time
            # nginx escapes double quotes in what clients send as \x22, so a request ends at the first one.
            extract:
              # A whole number at the end is no $request_time, which has three decimals; its unit is not known.
              - '<client.address:word> - <user.name> [<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <http.response.body.size:int><[ <http.request.header.referer:quoted> <user_agent.original:quoted>]><[ "<http.request.header.x-forwarded-for:ip>"]><[ "-"]><[ "<request_id:word>"]><[ <duration:int>]>'
              # … "$http_x_forwarded_for" "$request_id" $request_time $upstream_response_time
              - '<client.address:word> - <user.name> [<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <http.response.body.size:int> <http.request.header.referer:quoted> <user_agent.original:quoted><[ "<http.request.header.x-forwarded-for:ip>"]><[ "-"]><[ "<request_id:word>"]> <duration_ns:seconds><[ <upstream.duration_ns:seconds>]><[ -]>'
              # … $request_time "$request_id"
              - '<client.address:word> - <user.name> [<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <http.response.body.size:int> <http.request.header.referer:quoted> <user_agent.original:quoted> <duration_ns:seconds> "<request_id:word>"'
              # A list of forwarded addresses.
              - '<client.address:word> - <user.name> [<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <http.response.body.size:int> <http.request.header.referer:quoted> <user_agent.original:quoted> <http.request.header.x-forwarded-for:quoted><[ "<request_id:word>"]><[ <duration_ns:seconds>]>'
              # What is no HTTP request, such as a TLS handshake on a plain port.
              - '<client.address:word> - <user.name> [<time>] "<message>" <http.response.status_code:int> <http.response.body.size:int><[ <http.request.header.referer:quoted> <user_agent.original:quoted>]><[ "<http.request.header.x-forwarded-for:ip>"]><[ "-"]><[ "<request_id:word>"]><[ <duration_ns:seconds>]>'
            missing: ["-", ""]
            time: {formats: ["%d/%b/%Y:%H:%M:%S %z"]}
            level: {field: http.response.status_code, map: {"5*": error, "4*": warn, "*": info}}
            samples:
              - line: '203.0.113.7 - - [29/Jan/2023:09:20:29 +0000] "GET /cart?id=7 HTTP/1.1" 200 612 "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/110.0"'
                record:
                  time: 2023-01-29T09:20:29Z
                  level: info
                  client.address: 203.0.113.7
                  http.request.method: GET
                  url.original: /cart?id=7
                  network.protocol.version: "1.1"
                  http.response.status_code: 200
                  http.response.body.size: 612
                  http.request.header.referer: https://shop.example/
                  user_agent.original: Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/110.0
              - line: '10.0.0.9 - ann [29/Jan/2023:10:20:30 +0100] "POST /orders HTTP/2.0" 502 157 "-" "curl/7.88.1" "198.51.100.23" "8601b555e0d14b6a9f4c" 0.120 0.118'
                record:
                  time: 2023-01-29T09:20:30Z
                  level: error
                  client.address: 10.0.0.9
                  user.name: ann
                  http.request.method: POST
                  url.original: /orders
                  network.protocol.version: "2.0"
                  http.response.status_code: 502
                  http.response.body.size: 157
                  user_agent.original: curl/7.88.1
                  http.request.header.x-forwarded-for: 198.51.100.23
                  request_id: 8601b555e0d14b6a9f4c
                  duration_ns: 120000000
                  upstream.duration_ns: 118000000
              - line: '2001:db8::7 - - [29/Jan/2023:09:20:31 +0000] "\x16\x03\x01\x02\x00" 400 157 "-" "-" "-"'
                record:
                  time: 2023-01-29T09:20:31Z
                  level: warn
                  client.address: 2001:db8::7
                  message: '\x16\x03\x01\x02\x00'
                  http.response.status_code: 400
                  http.response.body.size: 157
              - line: 'web-3.shop.example - - [29/Jan/2023:09:20:32 +0000] "HEAD / HTTP/1.0" 304 0'
                record:
                  time: 2023-01-29T09:20:32Z
                  level: info
                  client.address: web-3.shop.example
                  http.request.method: HEAD
                  url.original: /
                  network.protocol.version: "1.0"
                  http.response.status_code: 304
                  http.response.body.size: 0
              - line: '10.0.0.9 - - [29/Jan/2023:09:20:33 +0000] "GET /q HTTP/1.1" 404 19 "-" "bot (see \x22about\x22)" "198.51.100.23, 10.0.0.4" "-" 0.001'
                record:
                  time: 2023-01-29T09:20:33Z
                  level: warn
                  client.address: 10.0.0.9
                  http.request.method: GET
                  url.original: /q
                  network.protocol.version: "1.1"
                  http.response.status_code: 404
                  http.response.body.size: 19
                  user_agent.original: 'bot (see \x22about\x22)'
                  http.request.header.x-forwarded-for: 198.51.100.23, 10.0.0.4
                  duration_ns: 1000000
              - line: '10.0.0.9 - - [29/Jan/2023:09:20:34 +0000] "GET /slow HTTP/1.1" 499 0 "-" "curl/7.88.1" 30.001 "9f4c"'
                record:
                  time: 2023-01-29T09:20:34Z
                  level: warn
                  client.address: 10.0.0.9
                  http.request.method: GET
                  url.original: /slow
                  network.protocol.version: "1.1"
                  http.response.status_code: 499
                  http.response.body.size: 0
                  user_agent.original: curl/7.88.1
                  duration_ns: 30001000000
                  request_id: 9f4c
            """#
        ),
        (
            "nginx-error.yaml",
            #"""
            name: nginx-error
            description: nginx error log
            extract:
              - '<time> [<level>] <process.pid:int>#<thread.id:int>: *<nginx.connection:int> <message>, client: <client.address:word>, server: <server.address>, request: "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>"<[, subrequest: <nginx.subrequest:quoted>]><[, upstream: <upstream.url:quoted>]><[, host: <http.request.header.host:quoted>]><[, referrer: <http.request.header.referer:quoted>]>'
              # Before a request was read.
              - '<time> [<level>] <process.pid:int>#<thread.id:int>: *<nginx.connection:int> <message>, client: <client.address:word>, server: <server.address>'
              - '<time> [<level>] <process.pid:int>#<thread.id:int>: <[*<nginx.connection:int> ]><message>'
            missing: [""]
            time: {formats: ["%Y/%m/%d %H:%M:%S"]}
            level: {map: {crit: critical, emerg: emergency}}
            set: {service: nginx}
            samples:
              - line: '2023/01/29 09:20:29 [error] 31#31: *56 open() "/usr/share/nginx/html/x" failed (2: No such file or directory), client: 203.0.113.7, server: shop.example, request: "GET /x HTTP/1.1", host: "shop.example", referrer: "https://shop.example/cart"'
                record:
                  time: 2023-01-29T09:20:29Z
                  level: error
                  process.pid: 31
                  thread.id: 31
                  nginx.connection: 56
                  message: 'open() "/usr/share/nginx/html/x" failed (2: No such file or directory)'
                  client.address: 203.0.113.7
                  server.address: shop.example
                  http.request.method: GET
                  url.original: /x
                  network.protocol.version: "1.1"
                  http.request.header.host: shop.example
                  http.request.header.referer: https://shop.example/cart
                  service: nginx
              - line: '2023/01/29 09:20:30 [crit] 31#32: *57 connect() to [2001:db8::20]:8080 failed (111: Connection refused) while connecting to upstream, client: 2001:db8::7, server: , request: "POST /pay HTTP/2.0", upstream: "http://[2001:db8::20]:8080/pay", host: "shop.example"'
                record:
                  time: 2023-01-29T09:20:30Z
                  level: critical
                  process.pid: 31
                  thread.id: 32
                  nginx.connection: 57
                  message: 'connect() to [2001:db8::20]:8080 failed (111: Connection refused) while connecting to upstream'
                  client.address: 2001:db8::7
                  http.request.method: POST
                  url.original: /pay
                  network.protocol.version: "2.0"
                  upstream.url: http://[2001:db8::20]:8080/pay
                  http.request.header.host: shop.example
                  service: nginx
              - line: '2023/01/29 09:20:31 [info] 31#31: *58 client sent plain HTTP request to HTTPS port while reading client request headers, client: 203.0.113.7, server: 0.0.0.0:443'
                record:
                  time: 2023-01-29T09:20:31Z
                  level: info
                  process.pid: 31
                  thread.id: 31
                  nginx.connection: 58
                  message: client sent plain HTTP request to HTTPS port while reading client request headers
                  client.address: 203.0.113.7
                  server.address: 0.0.0.0:443
                  service: nginx
              - line: '2023/01/29 09:20:32 [notice] 1#1: signal 3 (SIGQUIT) received, shutting down'
                record:
                  time: 2023-01-29T09:20:32Z
                  level: notice
                  process.pid: 1
                  thread.id: 1
                  message: signal 3 (SIGQUIT) received, shutting down
                  service: nginx
            """#
        ),
        (
            "nginx-ingress.yaml",
            #"""
            name: nginx-ingress
            description: Access log of Kubernetes' ingress-nginx in its default format
            order: 45
            extract:
              - '<client.address:word> - <user.name> [<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <http.response.body.size:int> <http.request.header.referer:quoted> <user_agent.original:quoted> <http.request.size:int> <duration_ns:seconds> [<upstream.name>] [<upstream.alternative>] <upstream.address:word> <upstream.response.body.size:int> <upstream.duration_ns:seconds> <upstream.status_code:int> <request_id:word>'
              # No upstream was asked.
              - '<client.address:word> - <user.name> [<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <http.response.body.size:int> <http.request.header.referer:quoted> <user_agent.original:quoted> <http.request.size:int> <duration_ns:seconds> [<upstream.name>] [<upstream.alternative>] - - - - <request_id:word>'
              # Two were asked one after the other: the second one's numbers are kept.
              - '<client.address:word> - <user.name> [<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <http.response.body.size:int> <http.request.header.referer:quoted> <user_agent.original:quoted> <http.request.size:int> <duration_ns:seconds> [<upstream.name>] [<upstream.alternative>] <upstream.failed_address:word>, <upstream.address:word> <_:word>, <upstream.response.body.size:int> <_:word>, <upstream.duration_ns:seconds> <_:word>, <upstream.status_code:int> <request_id:word>'
              - '<client.address:word> - <user.name> [<time>] "<message>" <http.response.status_code:int> <http.response.body.size:int> <http.request.header.referer:quoted> <user_agent.original:quoted> <http.request.size:int> <duration_ns:seconds> [<upstream.name>] [<upstream.alternative>] <upstream.attempts>'
            missing: ["-", ""]
            time: {formats: ["%d/%b/%Y:%H:%M:%S %z"]}
            level: {field: http.response.status_code, map: {"5*": error, "4*": warn, "*": info}}
            samples:
              - line: '10.42.0.1 - - [29/Jan/2023:09:20:29 +0000] "GET /cart HTTP/1.1" 200 612 "-" "curl/7.88.1" 85 0.004 [shop-cart-8080] [] 10.42.0.17:8080 612 0.003 200 8a1c6f0d2b7e4c9d'
                record:
                  time: 2023-01-29T09:20:29Z
                  level: info
                  client.address: 10.42.0.1
                  http.request.method: GET
                  url.original: /cart
                  network.protocol.version: "1.1"
                  http.response.status_code: 200
                  http.response.body.size: 612
                  user_agent.original: curl/7.88.1
                  http.request.size: 85
                  duration_ns: 4000000
                  upstream.name: shop-cart-8080
                  upstream.address: 10.42.0.17:8080
                  upstream.response.body.size: 612
                  upstream.duration_ns: 3000000
                  upstream.status_code: 200
                  request_id: 8a1c6f0d2b7e4c9d
              - line: '2001:db8::7 - ann [29/Jan/2023:09:20:30 +0000] "GET /x HTTP/2.0" 503 190 "https://shop.example/" "curl/7.88.1" 61 0.000 [shop-cart-8080] [] - - - - 77aa'
                record:
                  time: 2023-01-29T09:20:30Z
                  level: error
                  client.address: 2001:db8::7
                  user.name: ann
                  http.request.method: GET
                  url.original: /x
                  network.protocol.version: "2.0"
                  http.response.status_code: 503
                  http.response.body.size: 190
                  http.request.header.referer: https://shop.example/
                  user_agent.original: curl/7.88.1
                  http.request.size: 61
                  duration_ns: 0
                  upstream.name: shop-cart-8080
                  request_id: 77aa
              - line: '10.42.0.1 - - [29/Jan/2023:09:20:31 +0000] "GET /cart HTTP/1.1" 200 9 "-" "-" 85 1.007 [shop-cart-8080] [] 10.42.0.17:8080, 10.42.0.18:8080 0, 9 1.000, 0.007 504, 200 8a1d'
                record:
                  time: 2023-01-29T09:20:31Z
                  level: info
                  client.address: 10.42.0.1
                  http.request.method: GET
                  url.original: /cart
                  network.protocol.version: "1.1"
                  http.response.status_code: 200
                  http.response.body.size: 9
                  http.request.size: 85
                  duration_ns: 1007000000
                  upstream.name: shop-cart-8080
                  upstream.failed_address: 10.42.0.17:8080
                  upstream.address: 10.42.0.18:8080
                  upstream.response.body.size: 9
                  upstream.duration_ns: 7000000
                  upstream.status_code: 200
                  request_id: 8a1d
              - line: '10.42.0.1 - - [29/Jan/2023:09:20:32 +0000] "" 400 0 "-" "-" 0 10.001 [] [] - - - - 5f3e'
                record:
                  time: 2023-01-29T09:20:32Z
                  level: warn
                  client.address: 10.42.0.1
                  http.response.status_code: 400
                  http.response.body.size: 0
                  http.request.size: 0
                  duration_ns: 10001000000
                  upstream.attempts: '- - - - 5f3e'
            """#
        ),
        (
            "pam.yaml",
            #"""
            name: pam
            description: What PAM's pam_unix says in the name of sshd, sudo, su, cron and login
            order: 45
            match: {programs: [sshd, sshd-session, sudo, su, su-l, cron, crond, CRON, CROND, login, systemd, systemd-user, systemd-logind, gdm-password, polkitd]}
            extract:
              - 'pam_unix(<pam.service:word>:<pam.type:word>): <message> for user <user.name:word>(uid=<user.id:int>) by <pam.by>(uid=<_:int>)'
              - 'pam_unix(<pam.service:word>:<pam.type:word>): <message> for user <user.name:word>(uid=<user.id:int>) by <pam.by>'
              - 'pam_unix(<pam.service:word>:<pam.type:word>): <message> for user <user.name:word> by <pam.by>(uid=<_:int>)'
              - 'pam_unix(<pam.service:word>:<pam.type:word>): <message> for user <user.name:word>'
              - 'pam_unix(<pam.service:word>:<pam.type:word>): <message>; <fields:pairs>'
            missing: [""]
            rename: {user: user.name, rhost: client.address, ruser: pam.by, logname: pam.login, tty: pam.tty, uid: user.id}
            drop: [euid]
            level: {field: message, map: {"authentication failure*": warn, "*": info}}
            samples:
              - program: sshd
                line: 'pam_unix(sshd:session): session opened for user ann(uid=1000) by (uid=0)'
                record:
                  level: info
                  message: session opened
                  pam.service: sshd
                  pam.type: session
                  user.name: ann
                  user.id: 1000
              - program: CRON
                line: 'pam_unix(cron:session): session closed for user root'
                record:
                  level: info
                  message: session closed
                  pam.service: cron
                  pam.type: session
                  user.name: root
              - program: sudo
                line: 'pam_unix(sudo:auth): authentication failure; logname=ann uid=1000 euid=0 tty=/dev/pts/0 ruser=ann rhost=  user=ann'
                record:
                  level: warn
                  message: authentication failure
                  pam.service: sudo
                  pam.type: auth
                  pam.login: ann
                  user.id: 1000
                  pam.tty: /dev/pts/0
                  pam.by: ann
                  user.name: ann
            """#
        ),
        (
            "postgresql-message.yaml",
            #"""
            name: postgresql-message
            description: Durations, statements and details in the messages of postgresql, and what PostgreSQL sends to syslog
            match: {programs: [postgres, postgresql]}
            # Those of several lines have their samples in postgresql.yaml.
            extract:
              - 'duration: <duration_ns:milliseconds> ms  statement: <db.statement>'
              - "duration: <duration_ns:milliseconds> ms  <db.phase:word> <_:word>: <db.statement>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> DETAIL:  <postgresql.detail>"
              - 'duration: <duration_ns:milliseconds> ms  <db.phase:word> <_:word>: <db.statement>'
              - 'duration: <duration_ns:milliseconds> ms'
              - "<message>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> DETAIL:  <postgresql.detail>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> HINT:  <postgresql.hint>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> STATEMENT:  <db.statement>"
              - "<message>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> DETAIL:  <postgresql.detail>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> CONTEXT:  <postgresql.context>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> STATEMENT:  <db.statement>"
              - "<message>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> DETAIL:  <postgresql.detail>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> STATEMENT:  <db.statement>"
              - "<message>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> HINT:  <postgresql.hint>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> STATEMENT:  <db.statement>"
              - "<message>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> CONTEXT:  <postgresql.context>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> STATEMENT:  <db.statement>"
              - "<message>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> STATEMENT:  <db.statement>"
              - "<message>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> DETAIL:  <postgresql.detail>"
              - "<message>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> HINT:  <postgresql.hint>"
              - "<message>\n<_:time> [<_:int>]<[:]><[ [<_:int>-<_:int>]]><[ user=<_:word>]><[ <_:word>@<_:word>]> CONTEXT:  <postgresql.context>"
              - '[<_:int>-<_:int>] <level><[<_:int>]>:  <message>'
            time: {formats: ["%Y-%m-%d %H:%M:%S.%f %z", "%Y-%m-%d %H:%M:%S %z"]}
            level: {map: {LOG: info, INFO: info, NOTICE: notice, WARNING: warn, ERROR: error, FATAL: fatal, PANIC: emergency, DEBUG: debug}}
            set: {service: postgresql}
            samples:
              - program: postgres
                line: 'duration: 0.123 ms  execute <unnamed>: SELECT 1'
                record:
                  duration_ns: 123000
                  db.phase: execute
                  db.statement: SELECT 1
                  service: postgresql
              - program: postgres
                line: '[3-1] ERROR:  deadlock detected'
                record:
                  level: error
                  message: deadlock detected
                  service: postgresql
              - program: postgres
                line: 'duration: 5.5 ms'
                record:
                  duration_ns: 5500000
                  service: postgresql
            """#
        ),
        (
            "postgresql.yaml",
            #"""
            name: postgresql
            description: PostgreSQL's stderr log with the usual values of log_line_prefix
            # What the message says is told apart by postgresql-message.
            extract:
              # %m [%p], %t [%p]: [%l-1], %m [%p] %q%u@%d
              - '<time> [<process.pid:int>]<[:]><[ [<_:int>-<_:int>]]><[ <db.user:word>@<db.name:word>]> <level><[<_:int>]>:  <message>'
              # … user=%u,db=%d,app=%a,client=%h
              - '<time> [<process.pid:int>]<[:]><[ [<_:int>-<_:int>]]> user=<db.user>,db=<db.name>,app=<db.application>,client=<client.address:word> <level><[<_:int>]>:  <message>'
              - '<time> [<process.pid:int>]<[:]><[ [<_:int>-<_:int>]]> user=<db.user>,db=<db.name> <level><[<_:int>]>:  <message>'
              # %t:%r:%u@%d:[%p]: on Amazon RDS
              - '<time>:<client.address>(<client.port:int>):<db.user:word>@<db.name:word>:[<process.pid:int>]:<level><[<_:int>]>:  <message>'
              - '<time>::@:[<process.pid:int>]:<level><[<_:int>]>:  <message>'
            missing: ["", "[unknown]"]
            time: {formats: ["%Y-%m-%d %H:%M:%S.%f %z", "%Y-%m-%d %H:%M:%S %z"]}
            level: {map: {LOG: info, INFO: info, NOTICE: notice, WARNING: warn, ERROR: error, FATAL: fatal, PANIC: emergency, DEBUG: debug}}
            set: {service: postgresql, program: postgres}
            inner: message
            # Lines of DETAIL, HINT, CONTEXT and STATEMENT begin with no level and so belong to the record before.
            multiline: {timeout: 1s}
            samples:
              - line: '2023-01-29 09:20:29.123 UTC [1] LOG:  database system is ready to accept connections'
                record:
                  time: 2023-01-29T09:20:29.123Z
                  level: info
                  process.pid: 1
                  message: database system is ready to accept connections
                  service: postgresql
                  program: postgres
              - line: '2023-01-29 09:20:30.456 UTC [1234] shop@orders LOG:  duration: 1203.045 ms  statement: SELECT * FROM orders WHERE note = ''a "b"'''
                record:
                  time: 2023-01-29T09:20:30.456Z
                  level: info
                  process.pid: 1234
                  db.user: shop
                  db.name: orders
                  duration_ns: 1203045000
                  db.statement: SELECT * FROM orders WHERE note = 'a "b"'
                  service: postgresql
                  program: postgres
              - line: |-
                  2023-01-29 10:20:31 +01 [1234]: [3-1] user=shop,db=orders,app=[unknown],client=2001:db8::7 ERROR:  duplicate key value violates unique constraint "orders_pkey"
                  2023-01-29 10:20:31 +01 [1234]: [4-1] user=shop,db=orders,app=[unknown],client=2001:db8::7 DETAIL:  Key (id)=(7) already exists.
                  2023-01-29 10:20:31 +01 [1234]: [5-1] user=shop,db=orders,app=[unknown],client=2001:db8::7 STATEMENT:  INSERT INTO orders (id)
                  	VALUES (7)
                record:
                  time: 2023-01-29T09:20:31Z
                  level: error
                  process.pid: 1234
                  db.user: shop
                  db.name: orders
                  client.address: 2001:db8::7
                  message: duplicate key value violates unique constraint "orders_pkey"
                  postgresql.detail: Key (id)=(7) already exists.
                  db.statement: "INSERT INTO orders (id)\n\tVALUES (7)"
                  service: postgresql
                  program: postgres
              - line: '2023-01-29 09:20:32 UTC:10.0.0.9(51234):shop@orders:[1234]:FATAL:  terminating connection due to administrator command'
                record:
                  time: 2023-01-29T09:20:32Z
                  level: fatal
                  process.pid: 1234
                  client.address: 10.0.0.9
                  client.port: 51234
                  db.user: shop
                  db.name: orders
                  message: terminating connection due to administrator command
                  service: postgresql
                  program: postgres
              - line: '2023-01-29 09:20:33.789 UTC [99] [unknown]@[unknown] DEBUG2:  forked new backend'
                record:
                  time: 2023-01-29T09:20:33.789Z
                  level: debug
                  process.pid: 99
                  message: forked new backend
                  service: postgresql
                  program: postgres
              - line: |-
                  2023-01-29 09:20:34.123 UTC [1234] shop@orders LOG:  duration: 12 ms  bind S_1: SELECT name FROM users WHERE id = $1
                  2023-01-29 09:20:34.123 UTC [1234] shop@orders DETAIL:  parameters: $1 = '7'
                  2023-01-29 09:20:35.456 UTC [1235] ERROR:  column "nmae" does not exist at character 8
                  2023-01-29 09:20:35.456 UTC [1235] HINT:  Perhaps you meant to reference the column "users.name".
                  2023-01-29 09:20:35.456 UTC [1235] STATEMENT:  SELECT nmae FROM users
                records:
                  - time: 2023-01-29T09:20:34.123Z
                    level: info
                    process.pid: 1234
                    db.user: shop
                    db.name: orders
                    duration_ns: 12000000
                    db.phase: bind
                    db.statement: SELECT name FROM users WHERE id = $1
                    postgresql.detail: "parameters: $1 = '7'"
                    service: postgresql
                    program: postgres
                  - time: 2023-01-29T09:20:35.456Z
                    level: error
                    process.pid: 1235
                    message: column "nmae" does not exist at character 8
                    postgresql.hint: Perhaps you meant to reference the column "users.name".
                    db.statement: SELECT nmae FROM users
                    service: postgresql
                    program: postgres
            """#
        ),
        (
            "python-access.yaml",
            #"""
            name: python-access
            description: Requests as uvicorn, Werkzeug (Flask) and Django's development server log them
            extract:
              # uvicorn; what it says of the level is always INFO.
              - 'INFO:  <client.address:word>:<client.port:int> - "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int><[ <_>]>'
              # Werkzeug
              - '<client.address:word> - - [<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <[<http.response.body.size:int>]><[-]>'
              # Django
              - '[<time>] "<http.request.method:word> <url.original:word> HTTP/<network.protocol.version:word>" <http.response.status_code:int> <http.response.body.size:int>'
            time: {formats: ["%d/%b/%Y %H:%M:%S"]}
            level: {field: http.response.status_code, map: {"5*": error, "4*": warn, "*": info}}
            samples:
              - line: 'INFO:     127.0.0.1:51234 - "GET /cart?id=7 HTTP/1.1" 500 Internal Server Error'
                record:
                  level: error
                  client.address: 127.0.0.1
                  client.port: 51234
                  http.request.method: GET
                  url.original: /cart?id=7
                  network.protocol.version: "1.1"
                  http.response.status_code: 500
              - line: '2001:db8::7 - - [29/Jan/2023 09:20:29] "POST /orders HTTP/1.1" 404 -'
                record:
                  time: 2023-01-29T09:20:29Z
                  level: warn
                  client.address: 2001:db8::7
                  http.request.method: POST
                  url.original: /orders
                  network.protocol.version: "1.1"
                  http.response.status_code: 404
              - line: '[29/Jan/2023 09:20:30] "GET /admin/ HTTP/1.1" 302 0'
                record:
                  time: 2023-01-29T09:20:30Z
                  level: info
                  http.request.method: GET
                  url.original: /admin/
                  network.protocol.version: "1.1"
                  http.response.status_code: 302
                  http.response.body.size: 0
            """#
        ),
        (
            "python-logging.yaml",
            #"""
            name: python-logging
            description: Usual formats of Python's logging, uvicorn and gunicorn, with tracebacks
            order: 65
            extract:
              # %(asctime)s - %(name)s - %(levelname)s - %(message)s
              - '<time> - <logger> - <level> - <message>'
              - '<time> - <level> - <message>'
              # gunicorn
              - '[<time>] [<process.pid:int>] [<level>] <message>'
              # %(asctime)s [%(levelname)s] %(name)s: %(message)s
              - '<time> [<level>] <logger:word>: <message>'
              - '<time>  <level>  <logger:word>: <message>'
              # %(levelname)s:%(name)s:%(message)s
              - '<level>:<logger:word>:<message>'
              # uvicorn pads to ten columns: at least two spaces (the optional part is never there), as one alone says too little.
              - '<level>: <[|]>  <message>'
            time: {formats: ["%Y-%m-%d %H:%M:%S %z", rfc3339]}
            multiline: {timeout: 1s}
            samples:
              - line: '2023-01-29 09:20:29,123 - shop.cart - INFO - cart is open'
                record:
                  time: 2023-01-29T09:20:29.123Z
                  level: info
                  logger: shop.cart
                  message: cart is open
              - line: |-
                  ERROR:root:cannot load order
                  Traceback (most recent call last):
                    File "/srv/shop/orders.py", line 12, in load
                      raise ValueError("no such \"order\"")
                  ValueError: no such "order"
                record:
                  level: error
                  logger: root
                  message: "cannot load order\nTraceback (most recent call last):\n  File \"/srv/shop/orders.py\", line 12, in load\n    raise ValueError(\"no such \\\"order\\\"\")\nValueError: no such \"order\""
              - line: '[2023-01-29 10:20:30 +0100] [7] [INFO] Listening at: http://[::]:8000 (7)'
                record:
                  time: 2023-01-29T09:20:30Z
                  level: info
                  process.pid: 7
                  message: 'Listening at: http://[::]:8000 (7)'
              - line: 'INFO:     Application startup complete.'
                record:
                  level: info
                  message: Application startup complete.
              - line: '2023-01-29 09:20:31,456 [WARNING] celery.worker: missed heartbeat from worker2'
                record:
                  time: 2023-01-29T09:20:31.456Z
                  level: warn
                  logger: celery.worker
                  message: missed heartbeat from worker2
              - line: '2023-01-29 09:20:32,789 - CRITICAL - disk is full'
                record:
                  time: 2023-01-29T09:20:32.789Z
                  level: critical
                  message: disk is full
            """#
        ),
        (
            "rails.yaml",
            #"""
            name: rails
            description: How Rails' text log begins and ends a request, tagged with the request id or not
            order: 70
            extract:
              - '<[[<request_id:word>] ]>Completed <http.response.status_code:int> <_> in <duration_ns:milliseconds>ms<[ (]><[Views: <rails.view_ns:milliseconds>ms]><[ | ]><[ActiveRecord: <rails.db_ns:milliseconds>ms]><[ | ]><[Allocations: <rails.allocations:int>]><[)]>'
              - '<[[<request_id:word>] ]>Completed <http.response.status_code:int> <_> in <duration_ns:milliseconds>ms <rails.timings>'
              - '<[[<request_id:word>] ]><message:word> <http.request.method:word> "<url.original>" for <client.address:ip> at <time>'
              - '<[[<request_id:word>] ]><message:word> by <code.namespace:word>#<code.function:word> as <rails.format>'
            time: {formats: ["%Y-%m-%d %H:%M:%S %z"]}
            missing: [""]
            # The patterns for the end of a request capture no message.
            set: {service: rails, message: Completed, level: info}
            level: {field: http.response.status_code, map: {"5*": error, "4*": warn, "*": info}}
            samples:
              - line: 'Started GET "/orders/7?note=%22x%22" for 2001:db8::7 at 2023-01-29 10:20:29 +0100'
                record:
                  time: 2023-01-29T09:20:29Z
                  level: info
                  message: Started
                  http.request.method: GET
                  url.original: /orders/7?note=%22x%22
                  client.address: 2001:db8::7
                  service: rails
              - line: '[8601b555-6a83-4c12-8269-97c8e32cdb22] Processing by Shop::OrdersController#show as HTML'
                record:
                  level: info
                  message: Processing
                  request_id: 8601b555-6a83-4c12-8269-97c8e32cdb22
                  code.namespace: Shop::OrdersController
                  code.function: show
                  rails.format: HTML
                  service: rails
              - line: 'Completed 200 OK in 58ms (Views: 40.4ms | ActiveRecord: 15.3ms | Allocations: 1234)'
                record:
                  level: info
                  message: Completed
                  http.response.status_code: 200
                  duration_ns: 58000000
                  rails.view_ns: 40400000
                  rails.db_ns: 15300000
                  rails.allocations: 1234
                  service: rails
              - line: 'Completed 500 Internal Server Error in 12ms (ActiveRecord: 0.0ms)'
                record:
                  level: error
                  message: Completed
                  http.response.status_code: 500
                  duration_ns: 12000000
                  rails.db_ns: 0
                  service: rails
              - line: '[8601b555] Completed 422 Unprocessable Entity in 7ms (ActiveRecord: 1.2ms (1 query, 0 cached) | GC: 0.1ms)'
                record:
                  level: warn
                  message: Completed
                  request_id: 8601b555
                  http.response.status_code: 422
                  duration_ns: 7000000
                  rails.timings: '(ActiveRecord: 1.2ms (1 query, 0 cached) | GC: 0.1ms)'
                  service: rails
            """#
        ),
        (
            "redis.yaml",
            #"""
            name: redis
            description: Log of Redis, Valkey and Redis Sentinel
            extract:
              - '<process.pid:int>:<redis.role:word> <time> <level:word> <message>'
              # Version 2
              - '[<process.pid:int>] <time> <level:word> <message>'
            time: {formats: ["%d %b %Y %H:%M:%S.%f", "%d %b %H:%M:%S.%f"]}
            # A notice is "*", which as a key stands for any.
            level: {map: {".": debug, "-": info, "#": warn, "*": notice}}
            set: {service: redis}
            samples:
              - line: '1:M 29 Jan 2023 09:20:29.123 * Ready to accept connections'
                record:
                  time: 2023-01-29T09:20:29.123Z
                  level: notice
                  process.pid: 1
                  redis.role: M
                  message: Ready to accept connections
                  service: redis
              - line: '4711:C 29 Jan 2023 09:20:30.456 # Failed opening the temp RDB file temp-4711.rdb (in server root dir "/data") for saving: No space left on device'
                record:
                  time: 2023-01-29T09:20:30.456Z
                  level: warn
                  process.pid: 4711
                  redis.role: C
                  message: 'Failed opening the temp RDB file temp-4711.rdb (in server root dir "/data") for saving: No space left on device'
                  service: redis
              - line: '1:S 29 Jan 2023 09:20:31.789 . Accepted [2001:db8::7]:51234'
                record:
                  time: 2023-01-29T09:20:31.789Z
                  level: debug
                  process.pid: 1
                  redis.role: S
                  message: 'Accepted [2001:db8::7]:51234'
                  service: redis
              - line: '[17] 31 Dec 23:59:59.001 - DB 0: 4 keys (0 volatile) in 4 slots HT.'
                record:
                  time: 2022-12-31T23:59:59.001Z
                  level: info
                  process.pid: 17
                  message: 'DB 0: 4 keys (0 volatile) in 4 slots HT.'
                  service: redis
            """#
        ),
        (
            "ruby-logger.yaml",
            #"""
            name: ruby-logger
            description: Ruby's Logger, as Rails and Sidekiq write in production; the message is parsed in its turn
            extract:
              - '<_:word>, [<time> #<process.pid:int>]  <level> -- <logger>: <message>'
            missing: [""]
            level: {map: {ANY: info}}
            multiline: {timeout: 1s}
            inner: message
            samples:
              - line: 'I, [2023-01-29T09:20:29.123456 #1234]  INFO -- : cart is open'
                record:
                  time: 2023-01-29T09:20:29.123456Z
                  level: info
                  process.pid: 1234
                  message: cart is open
              - line: 'E, [2023-01-29T09:20:30.654321 #1234] ERROR -- billing: no tax rate for "XX"'
                record:
                  time: 2023-01-29T09:20:30.654321Z
                  level: error
                  process.pid: 1234
                  logger: billing
                  message: no tax rate for "XX"
              - line: 'I, [2023-01-29T09:20:31.000001 #7]  INFO -- : [8601b555-6a83-4c12-8269-97c8e32cdb22] Completed 404 Not Found in 58ms (Views: 40.4ms | ActiveRecord: 15.3ms | Allocations: 1234)'
                record:
                  time: 2023-01-29T09:20:31.000001Z
                  level: warn
                  process.pid: 7
                  request_id: 8601b555-6a83-4c12-8269-97c8e32cdb22
                  message: Completed
                  http.response.status_code: 404
                  duration_ns: 58000000
                  rails.view_ns: 40400000
                  rails.db_ns: 15300000
                  rails.allocations: 1234
                  service: rails
            """#
        ),
        (
            "spring-boot.yaml",
            #"""
            name: spring-boot
            description: Spring Boot's text layout, versions 1 to 3, with application name and trace ids or without
            extract:
              # Sleuth: [application,trace,span] or [application,trace,span,exportable]
              - '<time>  <level> [<service>,<trace_id>,<span_id:hex><[,true]><[,false]>] <process.pid:int> --- [<[  ]><thread.name>] <logger:word>  : <message>'
              - '<time>  <level> [<service>,,<_>] <process.pid:int> --- [<[  ]><thread.name>] <logger:word>  : <message>'
              # Version 3.2 on: [application] [thread] [trace-span]
              - '<time>  <level> <process.pid:int> --- [<service>] [<[  ]><thread.name>] [<trace_id:hex>-<span_id:hex>] <logger:word>  : <message>'
              - '<time>  <level> <process.pid:int> --- [<service>] [<[  ]><thread.name>] [  ] <logger:word>  : <message>'
              - '<time>  <level> <process.pid:int> --- [<[  ]><thread.name>] [<trace_id:hex>-<span_id:hex>] <logger:word>  : <message>'
              - '<time>  <level> <process.pid:int> --- [<service>] [<[  ]><thread.name>] <logger:word>  : <message>'
              - '<time>  <level> <process.pid:int> --- [<[  ]><thread.name>] <logger:word>  : <message>'
            missing: [""]
            multiline: {timeout: 1s}
            samples:
              - line: '2023-01-29 09:20:29.123  INFO 1234 --- [           main] c.e.shop.CartApplication                 : Started CartApplication in 2.1 seconds (JVM running for 2.9)'
                record:
                  time: 2023-01-29T09:20:29.123Z
                  level: info
                  process.pid: 1234
                  thread.name: main
                  logger: c.e.shop.CartApplication
                  message: Started CartApplication in 2.1 seconds (JVM running for 2.9)
              - line: |-
                  2023-01-29T10:20:30.456+01:00 ERROR 1 --- [nio-8080-exec-1] o.a.c.c.C.[.[.[/].[dispatcherServlet]    : Servlet.service() threw exception

                  java.lang.IllegalStateException: no tax rate for "XX"
                  	at com.example.Billing.run(Billing.java:99) ~[classes/:na]
                  Caused by: java.net.ConnectException: Connection refused
                  	... 17 common frames omitted
                record:
                  time: 2023-01-29T09:20:30.456Z
                  level: error
                  process.pid: 1
                  thread.name: nio-8080-exec-1
                  logger: o.a.c.c.C.[.[.[/].[dispatcherServlet]
                  message: "Servlet.service() threw exception\n\njava.lang.IllegalStateException: no tax rate for \"XX\"\n\tat com.example.Billing.run(Billing.java:99) ~[classes/:na]\nCaused by: java.net.ConnectException: Connection refused\n\t... 17 common frames omitted"
              - line: '2023-01-29 09:20:31.789  WARN [cart,5b8efff798038103d269b633813fc60c,eee19b7ec3c1b174,true] 1 --- [nio-8080-exec-2] c.e.shop.Orders                          : order is late'
                record:
                  time: 2023-01-29T09:20:31.789Z
                  level: warn
                  service: cart
                  trace_id: 5b8efff798038103d269b633813fc60c
                  span_id: eee19b7ec3c1b174
                  process.pid: 1
                  thread.name: nio-8080-exec-2
                  logger: c.e.shop.Orders
                  message: order is late
              - line: '2023-01-29T09:20:32.123Z  INFO 1 --- [cart] [nio-8080-exec-3] [5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174] c.e.shop.Orders                          : order placed'
                record:
                  time: 2023-01-29T09:20:32.123Z
                  level: info
                  service: cart
                  trace_id: 5b8efff798038103d269b633813fc60c
                  span_id: eee19b7ec3c1b174
                  process.pid: 1
                  thread.name: nio-8080-exec-3
                  logger: c.e.shop.Orders
                  message: order placed
              - line: '2023-01-29T09:20:33.456Z DEBUG 1 --- [cart] [           main] [                                                 ] c.e.shop.Orders                          : no trace here'
                record:
                  time: 2023-01-29T09:20:33.456Z
                  level: debug
                  service: cart
                  process.pid: 1
                  thread.name: main
                  logger: c.e.shop.Orders
                  message: no trace here
              - line: '2023-01-29 09:20:34.789  INFO [cart,,] 1 --- [           main] c.e.shop.Orders                          : ready'
                record:
                  time: 2023-01-29T09:20:34.789Z
                  level: info
                  service: cart
                  process.pid: 1
                  thread.name: main
                  logger: c.e.shop.Orders
                  message: ready
            """#
        ),
        (
            "sshd.yaml",
            #"""
            name: sshd
            description: Logins and connections in the messages of OpenSSH's sshd, inside syslog or the journal
            match: {programs: [sshd, sshd-session]}
            extract:
              - 'Invalid user <user.name> from <client.address:ip><[ port <client.port:int>]>'
              - '<message> for invalid user <user.name> from <client.address:ip> port <client.port:int> ssh2<[ [preauth]]>'
              - '<message> for <user.name> from <client.address:ip> port <client.port:int> ssh2<[ [preauth]]><[: <ssh.key.type:word> <ssh.key.fingerprint:word>]>'
              - '<message> by <[invalid ]><[authenticating ]>user <user.name> <client.address:ip> port <client.port:int><[ [preauth]]>'
              - '<message> by <client.address:ip> port <client.port:int><[ [preauth]]>'
              - '<message> from <[invalid ]><[authenticating ]>user <user.name> <client.address:ip> port <client.port:int><[ [preauth]]>'
              - '<message> from <client.address:ip> port <client.port:int>:<ssh.disconnect_code:int>: <ssh.disconnect_reason>'
              - '<message> from <client.address:ip> port <client.port:int><[ [preauth]]>'
              - '<message> from <client.address:ip> port <client.port:int> on <server.address:ip> port <server.port:int><[ <_>]>'
              - '<message> with <client.address:ip> port <client.port:int>: <ssh.disconnect_reason>'
            # Only the first pattern gives no message.
            missing: [""]
            set: {service: sshd, message: Invalid user}
            level: {field: message, map: {"Failed*": warn, "Invalid*": warn, "Unable*": warn, "error*": error, "*": info}}
            samples:
              - program: sshd
                line: 'Failed password for root from 203.0.113.7 port 51234 ssh2'
                record:
                  level: warn
                  message: Failed password
                  user.name: root
                  client.address: 203.0.113.7
                  client.port: 51234
                  service: sshd
              - program: sshd
                line: 'Accepted publickey for ann from 2001:db8::7 port 51235 ssh2: ED25519 SHA256:9f0c4oX1aKj7k0yZp3b2'
                record:
                  level: info
                  message: Accepted publickey
                  user.name: ann
                  client.address: 2001:db8::7
                  client.port: 51235
                  ssh.key.type: ED25519
                  ssh.key.fingerprint: SHA256:9f0c4oX1aKj7k0yZp3b2
                  service: sshd
              - program: sshd
                line: 'Invalid user  from 203.0.113.7 port 51236'
                record:
                  level: warn
                  message: Invalid user
                  client.address: 203.0.113.7
                  client.port: 51236
                  service: sshd
              - program: sshd-session
                line: 'Connection closed by invalid user admin 203.0.113.7 port 51237 [preauth]'
                record:
                  level: info
                  message: Connection closed
                  user.name: admin
                  client.address: 203.0.113.7
                  client.port: 51237
                  service: sshd
              - program: sshd
                line: 'Received disconnect from 203.0.113.7 port 51238:11: disconnected by user'
                record:
                  level: info
                  message: Received disconnect
                  client.address: 203.0.113.7
                  client.port: 51238
                  ssh.disconnect_code: 11
                  ssh.disconnect_reason: disconnected by user
                  service: sshd
              - program: sshd
                line: 'error: maximum authentication attempts exceeded for invalid user ann from 203.0.113.7 port 51239 ssh2 [preauth]'
                record:
                  level: error
                  message: 'error: maximum authentication attempts exceeded'
                  user.name: ann
                  client.address: 203.0.113.7
                  client.port: 51239
                  service: sshd
            """#
        ),
        (
            "sudo.yaml",
            #"""
            name: sudo
            description: Commands run with sudo, and refused
            match: {programs: [sudo]}
            extract:
              # Without a terminal, as from cron.
              - '<[  ]><user.name:word> : PWD=<process.working_directory> ; USER=<sudo.user:word> ; COMMAND=<process.command_line>'
              - '<[  ]><user.name:word> : TTY=<sudo.tty:word> ; PWD=<process.working_directory> ; USER=<sudo.user:word> ; COMMAND=<process.command_line>'
              - '<[  ]><user.name:word> : TTY=<sudo.tty:word> ; PWD=<process.working_directory> ; USER=<sudo.user:word> ; TSID=<_:word> ; COMMAND=<process.command_line>'
              - '<[  ]><user.name:word> : <message> ; TTY=<sudo.tty:word> ; PWD=<process.working_directory> ; USER=<sudo.user:word> ; COMMAND=<process.command_line>'
            missing: [unknown]
            set: {service: sudo, message: command run}
            level: {field: message, map: {command run: notice, "*": warn}}
            samples:
              - program: sudo
                line: '     ann : TTY=pts/0 ; PWD=/home/ann ; USER=root ; COMMAND=/usr/bin/systemctl restart "cart"'
                record:
                  level: notice
                  message: command run
                  user.name: ann
                  sudo.tty: pts/0
                  process.working_directory: /home/ann
                  sudo.user: root
                  process.command_line: /usr/bin/systemctl restart "cart"
                  service: sudo
              - program: sudo
                line: 'bob : 3 incorrect password attempts ; TTY=unknown ; PWD=/srv ; USER=root ; COMMAND=/bin/sh'
                record:
                  level: warn
                  message: 3 incorrect password attempts
                  user.name: bob
                  process.working_directory: /srv
                  sudo.user: root
                  process.command_line: /bin/sh
                  service: sudo
            """#
        ),
        (
            "syslog-iso-file.yaml",
            #"""
            name: syslog-iso-file
            description: The system's syslog files with ISO 8601 times; as syslog-iso, but also of programs without a process id
            # Elsewhere "TIME word word: text" is not syslog, hence the sources.
            match:
              sources:
                - "*/log/syslog*"
                - "*/log/messages*"
                - "*/log/auth.log*"
                - "*/log/secure*"
                - "*/log/kern.log*"
                - "*/log/daemon.log*"
                - "*/log/user.log*"
                - "*/log/mail.log*"
                - "*/log/maillog*"
                - "*/log/cron*"
            extract:
              - '<time> <host.name:word> <program:word>[<process.pid:int>]: <message>'
              - '<time> <host.name:word> <program:word>: <message>'
            time: {formats: ["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]}
            inner: message
            samples:
              - source: /var/log/auth.log
                line: '2023-01-29T10:20:29.123456+01:00 web-1 sudo:      ann : TTY=pts/0 ; PWD=/home/ann ; USER=root ; COMMAND=/usr/bin/id'
                record:
                  time: 2023-01-29T09:20:29.123456Z
                  level: notice
                  host.name: web-1
                  program: sudo
                  message: command run
                  user.name: ann
                  sudo.tty: pts/0
                  process.working_directory: /home/ann
                  sudo.user: root
                  process.command_line: /usr/bin/id
                  service: sudo
              - source: /var/log/syslog.1
                line: '2023-01-29T09:20:30.654321+00:00 web-1 rsyslogd: [origin software="rsyslogd" x-pid="612"] start'
                record:
                  time: 2023-01-29T09:20:30.654321Z
                  host.name: web-1
                  program: rsyslogd
                  message: '[origin software="rsyslogd" x-pid="612"] start'
            """#
        ),
        (
            "syslog-iso.yaml",
            #"""
            name: syslog-iso
            description: Syslog lines with an ISO 8601 time, as rsyslog and syslog-ng write them; the message is parsed in its turn
            # After all that begin with a time and a level, which here would be taken for a host.
            order: 80
            extract:
              - '<time> <host.name:word> <program:word>[<process.pid:int>]: <message>'
              - '<time> <host.name:word> kernel: <message>'
            time: {formats: ["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]}
            # The second pattern captures no program. Others without a process id are in syslog-iso-file.
            set: {program: kernel}
            inner: message
            samples:
              - line: '2023-01-29T09:20:29.123456+00:00 web-1 sshd[1234]: Server listening on :: port 22.'
                record:
                  time: 2023-01-29T09:20:29.123456Z
                  host.name: web-1
                  program: sshd
                  process.pid: 1234
                  message: 'Server listening on :: port 22.'
              - line: '2023-01-29T10:20:30+01:00 web-1 kernel: Out of memory: Killed process 4711 (java)'
                record:
                  time: 2023-01-29T09:20:30Z
                  host.name: web-1
                  program: kernel
                  message: 'Out of memory: Killed process 4711 (java)'
              - line: '2023-01-29T09:20:31.654321+00:00 2001:db8::7 cart[99]: {"level":"error","msg":"cart is \"gone\""}'
                record:
                  time: 2023-01-29T09:20:31.654321Z
                  level: error
                  host.name: 2001:db8::7
                  program: cart
                  process.pid: 99
                  message: cart is "gone"
            """#
        ),
        (
            "syslog-rfc3164.yaml",
            #"""
            name: syslog-rfc3164
            description: Syslog as BSD had it and RFC 3164 tells it, with priority or without; the message is parsed in its turn
            order: 42
            extract:
              # As a local program writes to /dev/log: no host.
              - '<<<pri:priority>><time> <program:word>[<process.pid:int>]: <message>'
              - '<<<pri:priority>><time> <host.name:word> <program:word>[<process.pid:int>]: <message>'
              - '<time> <host.name:word> <program:word>[<process.pid:int>]: <message>'
              - '<<<pri:priority>><time> <host.name:word> <program:word>: <message>'
              - '<time> <host.name:word> <program:word>: <message>'
              # From devices: Cisco's ASA, and others that name no program.
              - '<<<pri:priority>><time> <host.name:word> : <program:word>: <message>'
              - '<<<pri:priority>><time> <host.name:word> <message>'
            time: {formats: ["%b %e %H:%M:%S.%f", "%b %e %H:%M:%S", "%b %e %Y %H:%M:%S"]}
            inner: message
            samples:
              - line: '<34>Jan 29 09:20:29 web-1 su[1234]: authentication of ann failed on /dev/pts/8'
                record:
                  time: 2023-01-29T09:20:29Z
                  level: critical
                  facility: auth
                  host.name: web-1
                  program: su
                  process.pid: 1234
                  message: authentication of ann failed on /dev/pts/8
              - line: 'Dec  1 23:59:58 web-1 postfix/smtpd[77]: connect from unknown[203.0.113.7]'
                record:
                  time: 2022-12-01T23:59:58Z
                  host.name: web-1
                  program: postfix/smtpd
                  process.pid: 77
                  message: connect from unknown[203.0.113.7]
              - line: 'Jan 29 09:20:31 web-1 kernel: [12345.678901] eth0: link up, 1000 Mbps, full duplex'
                record:
                  time: 2023-01-29T09:20:31Z
                  host.name: web-1
                  program: kernel
                  message: '[12345.678901] eth0: link up, 1000 Mbps, full duplex'
              - line: '<158>Jan 29 09:20:32 lb-1 haproxy[14389]: 10.0.1.2:33317 [29/Jan/2023:09:20:32.655] http-in static/srv1 10/0/30/69/109 404 2750 - - ---- 1/1/1/1/0 0/0 "GET /x HTTP/1.1"'
                record:
                  time: 2023-01-29T09:20:32.655Z
                  level: warn
                  facility: local3
                  host.name: lb-1
                  program: haproxy
                  process.pid: 14389
                  client.address: 10.0.1.2
                  client.port: 33317
                  haproxy.frontend: http-in
                  haproxy.backend: static
                  haproxy.server: srv1
                  haproxy.request_ms: 10
                  haproxy.queue_ms: 0
                  haproxy.connect_ms: 30
                  haproxy.response_ms: 69
                  duration_ns: 109000000
                  http.response.status_code: 404
                  http.response.size: 2750
                  haproxy.termination_state: '----'
                  haproxy.connections: 1/1/1/1/0
                  haproxy.queues: 0/0
                  http.request.method: GET
                  url.original: /x
                  network.protocol.version: "1.1"
                  service: haproxy
              - line: '<190>Jan 29 2023 09:20:33 192.0.2.1 : %ASA-4-106023: Deny tcp src outside:203.0.113.7/51234 dst inside:10.0.0.9/22'
                record:
                  time: 2023-01-29T09:20:33Z
                  level: info
                  facility: local7
                  host.name: 192.0.2.1
                  program: '%ASA-4-106023'
                  message: Deny tcp src outside:203.0.113.7/51234 dst inside:10.0.0.9/22
              - line: '<13>Jan 29 09:20:34 web-1 level=warn msg="queue is full" depth=512'
                record:
                  time: 2023-01-29T09:20:34Z
                  level: warn
                  facility: user
                  host.name: web-1
                  message: queue is full
                  depth: 512
            """#
        ),
        (
            "syslog-rfc5424.yaml",
            #"""
            name: syslog-rfc5424
            description: Syslog as RFC 5424 has it, with structured data; the message is parsed in its turn
            order: 40
            extract:
              # The process id may be a number, a text or missing; so may the message. "\uFEFF" is the byte order mark.
              - "<<<pri:priority>>1 <time> <host.name:word> <program:word> <process.pid:int> <syslog.msgid:word> <sd:structured_data> <[\uFEFF]><message>"
              - "<<<pri:priority>>1 <time> <host.name:word> <program:word> <process.pid:int> <syslog.msgid:word> <sd:structured_data>"
              - "<<<pri:priority>>1 <time> <host.name:word> <program:word> <syslog.procid:word> <syslog.msgid:word> <sd:structured_data> <[\uFEFF]><message>"
              - "<<<pri:priority>>1 <time> <host.name:word> <program:word> <syslog.procid:word> <syslog.msgid:word> <sd:structured_data>"
              # Without a time.
              - "<<<pri:priority>>1 - <host.name:word> <program:word> <process.pid:int> <syslog.msgid:word> <sd:structured_data> <[\uFEFF]><message>"
              - "<<<pri:priority>>1 - <host.name:word> <program:word> <process.pid:int> <syslog.msgid:word> <sd:structured_data>"
              - "<<<pri:priority>>1 - <host.name:word> <program:word> <syslog.procid:word> <syslog.msgid:word> <sd:structured_data> <[\uFEFF]><message>"
              - "<<<pri:priority>>1 - <host.name:word> <program:word> <syslog.procid:word> <syslog.msgid:word> <sd:structured_data>"
            missing: ["-", ""]
            time: {formats: ["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]}
            inner: message
            samples:
              - line: '<165>1 2023-01-29T09:20:29.003Z web-1.shop.example evntslog 8710 ID47 [exampleSDID@32473 iut="3" eventSource="Application \"A\"" eventID="1011"][priority@32473 class="high"] An application event'
                record:
                  time: 2023-01-29T09:20:29.003Z
                  level: notice
                  facility: local4
                  host.name: web-1.shop.example
                  program: evntslog
                  process.pid: 8710
                  syslog.msgid: ID47
                  sd.exampleSDID@32473.iut: "3"
                  sd.exampleSDID@32473.eventSource: Application "A"
                  sd.exampleSDID@32473.eventID: "1011"
                  sd.priority@32473.class: high
                  message: An application event
              - line: "<34>1 2023-01-29T10:20:30.123456+01:00 2001:db8::7 su - - - \uFEFF'su root' failed for ann on /dev/pts/8"
                record:
                  time: 2023-01-29T09:20:30.123456Z
                  level: critical
                  facility: auth
                  host.name: 2001:db8::7
                  program: su
                  message: "'su root' failed for ann on /dev/pts/8"
              - line: '<14>1 2023-01-29T09:20:31Z web-1 cart main-7 - - {"level":"error","msg":"cart is gone","trace_id":"9e8a820408225258ebe1050dd8d91d8c"}'
                record:
                  time: 2023-01-29T09:20:31Z
                  level: error
                  facility: user
                  host.name: web-1
                  program: cart
                  syslog.procid: main-7
                  message: cart is gone
                  trace_id: 9e8a820408225258ebe1050dd8d91d8c
              - line: '<191>1 - - heartbeat 17 alive [origin ip="10.0.0.9"]'
                record:
                  level: debug
                  facility: local7
                  program: heartbeat
                  process.pid: 17
                  syslog.msgid: alive
                  sd.origin.ip: 10.0.0.9
            """#
        ),
        (
            "tomcat.yaml",
            #"""
            name: tomcat
            description: Tomcat's catalina log, with stack traces
            extract:
              - '<time>  <level>  [<thread.name>] <logger:word> <message>'
            time: {formats: ["%d-%b-%Y %H:%M:%S.%f"]}
            level: {map: {CONFIG: info, FINE: debug, FINER: trace, FINEST: trace}}
            set: {service: tomcat}
            multiline: {timeout: 1s}
            samples:
              - line: '29-Jan-2023 09:20:29.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [2345] milliseconds'
                record:
                  time: 2023-01-29T09:20:29.123Z
                  level: info
                  thread.name: main
                  logger: org.apache.catalina.startup.Catalina.start
                  message: Server startup in [2345] milliseconds
                  service: tomcat
              - line: |-
                  29-Jan-2023 09:20:30.456 SEVERE [http-nio-8080-exec-1] org.apache.catalina.core.StandardWrapperValve.invoke Servlet.service() for servlet [cart] threw exception
                  	java.lang.NullPointerException
                  		at com.example.Cart.doGet(Cart.java:17)
                record:
                  time: 2023-01-29T09:20:30.456Z
                  level: error
                  thread.name: http-nio-8080-exec-1
                  logger: org.apache.catalina.core.StandardWrapperValve.invoke
                  message: "Servlet.service() for servlet [cart] threw exception\n\tjava.lang.NullPointerException\n\t\tat com.example.Cart.doGet(Cart.java:17)"
                  service: tomcat
            """#
        ),
        (
            "windows-event-json.yaml",
            #"""
            name: windows-event-json
            description: Windows events as JSON from NXLog
            format: json
            match: {fields: [EventTime, EventID, SourceName, Channel]}
            order: 45
            time: {field: EventTime, formats: [rfc3339, epoch]}
            rename:
              Message: message
              Severity: level
              Hostname: host.name
              EventID: windows.event_id
              SourceName: windows.provider
              Channel: windows.channel
              RecordNumber: windows.record_id
              EventType: windows.event_type
              Task: windows.task
              Category: windows.category
              ProcessID: process.pid
              ExecutionProcessID: process.pid
              ThreadID: thread.id
              ExecutionThreadID: thread.id
              TargetUserName: user.name
              TargetDomainName: user.domain
              IpAddress: client.address
              IpPort: client.port
            drop: [EventTime, EventReceivedTime, SourceModuleName, SourceModuleType, SeverityValue, ProviderGuid, OpcodeValue, Version]
            missing: ["-", ""]
            level: {map: {CRITICAL: critical, ERROR: error, WARNING: warn, INFO: info, VERBOSE: debug, DEBUG: debug}}
            samples:
              - line: '{"EventTime":"2023-01-29T09:20:29.123456+00:00","Hostname":"DC-1.shop.example","Keywords":"9232379236109516800","EventType":"AUDIT_FAILURE","SeverityValue":4,"Severity":"ERROR","EventID":4625,"SourceName":"Microsoft-Windows-Security-Auditing","ProviderGuid":"{54849625-5478-4994-A5BA-3E3B0328C30D}","Version":0,"Task":12544,"RecordNumber":78215,"ExecutionProcessID":620,"ExecutionThreadID":4108,"Channel":"Security","Message":"An account failed to log on.\r\n\r\nSubject:\tS-1-0-0","Category":"Logon","TargetUserName":"ann","TargetDomainName":"SHOP","LogonType":"3","IpAddress":"203.0.113.7","IpPort":"51234","EventReceivedTime":"2023-01-29T09:20:30.000001+00:00","SourceModuleName":"eventlog","SourceModuleType":"im_msvistalog"}'
                record:
                  time: 2023-01-29T09:20:29.123456Z
                  level: error
                  message: "An account failed to log on.\r\n\r\nSubject:\tS-1-0-0"
                  host.name: DC-1.shop.example
                  windows.event_id: 4625
                  windows.provider: Microsoft-Windows-Security-Auditing
                  windows.channel: Security
                  windows.record_id: 78215
                  windows.event_type: AUDIT_FAILURE
                  windows.task: 12544
                  windows.category: Logon
                  process.pid: 620
                  thread.id: 4108
                  user.name: ann
                  user.domain: SHOP
                  client.address: 203.0.113.7
                  client.port: "51234"
                  Keywords: "9232379236109516800"
                  LogonType: "3"
              - line: '{"EventTime":"2023-01-29 09:20:31","Hostname":"WEB-7","Keywords":-9187343239835811840,"EventType":"INFO","SeverityValue":2,"Severity":"INFO","EventID":7036,"SourceName":"Service Control Manager","Task":0,"RecordNumber":9,"ProcessID":0,"ThreadID":0,"Channel":"System","Message":"The \"Cart\" service entered the running state.","IpAddress":"-"}'
                record:
                  time: 2023-01-29T09:20:31Z
                  level: info
                  message: The "Cart" service entered the running state.
                  host.name: WEB-7
                  windows.event_id: 7036
                  windows.provider: Service Control Manager
                  windows.channel: System
                  windows.record_id: 9
                  windows.event_type: INFO
                  windows.task: 0
                  process.pid: 0
                  thread.id: 0
                  Keywords: -9187343239835811840
            """#
        ),
        (
            "windows-event-winlogbeat.yaml",
            #"""
            name: windows-event-winlogbeat
            description: Windows events as JSON from Winlogbeat and the Elastic agent
            format: json
            match: {fields: [winlog.channel, winlog.event_id]}
            order: 45
            rename:
              winlog.event_id: windows.event_id
              winlog.provider_name: windows.provider
              winlog.channel: windows.channel
              winlog.record_id: windows.record_id
              winlog.task: windows.task
              winlog.computer_name: windows.computer
              winlog.process.pid: process.pid
              winlog.process.thread.id: thread.id
              winlog.event_data.TargetUserName: user.name
              winlog.event_data.TargetDomainName: user.domain
              winlog.event_data.IpAddress: client.address
              winlog.event_data.IpPort: client.port
            drop: ["@metadata.beat", "@metadata.type", "@metadata.version", agent.ephemeral_id, agent.id, event.created, winlog.provider_guid, winlog.api]
            missing: ["-", ""]
            level: {map: {critical: critical, error: error, warning: warn, information: info, verbose: debug}}
            samples:
              - line: '{"@timestamp":"2023-01-29T09:20:29.123Z","@metadata":{"beat":"winlogbeat","type":"_doc","version":"8.6.1"},"message":"An account failed to log on.","log":{"level":"information"},"event":{"code":"4625","kind":"event","provider":"Microsoft-Windows-Security-Auditing","outcome":"failure","created":"2023-01-29T09:20:30.456Z"},"host":{"name":"DC-1"},"winlog":{"channel":"Security","event_id":"4625","provider_name":"Microsoft-Windows-Security-Auditing","record_id":78215,"task":"Logon","computer_name":"DC-1.shop.example","process":{"pid":620,"thread":{"id":4108}},"event_data":{"TargetUserName":"ann","TargetDomainName":"SHOP","LogonType":"3","IpAddress":"2001:db8::7","IpPort":"51234"},"api":"wineventlog"},"agent":{"type":"winlogbeat","id":"7c1d"}}'
                record:
                  time: 2023-01-29T09:20:29.123Z
                  level: info
                  message: An account failed to log on.
                  event.code: "4625"
                  event.kind: event
                  event.provider: Microsoft-Windows-Security-Auditing
                  event.outcome: failure
                  host.name: DC-1
                  windows.channel: Security
                  windows.event_id: "4625"
                  windows.provider: Microsoft-Windows-Security-Auditing
                  windows.record_id: 78215
                  windows.task: Logon
                  windows.computer: DC-1.shop.example
                  process.pid: 620
                  thread.id: 4108
                  user.name: ann
                  user.domain: SHOP
                  winlog.event_data.LogonType: "3"
                  client.address: 2001:db8::7
                  client.port: "51234"
                  agent.type: winlogbeat
              - line: '{"@timestamp":"2023-01-29T09:20:31.456Z","message":"The \"Cart\" service stopped.","log":{"level":"error"},"event":{"code":7034},"winlog":{"channel":"System","event_id":7034,"provider_name":"Service Control Manager","record_id":9,"event_data":{"param1":"Cart","IpAddress":"-"}}}'
                record:
                  time: 2023-01-29T09:20:31.456Z
                  level: error
                  message: The "Cart" service stopped.
                  event.code: 7034
                  windows.channel: System
                  windows.event_id: 7034
                  windows.provider: Service Control Manager
                  windows.record_id: 9
                  winlog.event_data.param1: Cart
            """#
        ),
    ]
}
