// Made of queries/*.logsql by scripts/embed-parsers. Do not edit.

enum BuiltInQueries {
    static let files: [(name: String, text: String)] = [
        (
            "error-rate",
            #"""
            # Records and errors, by service and time.
            # param window (duration): how far back, default 1h
            # param step (duration): the length of a piece of time, default 5m
            # param service: the service; * for all, default *
            _time:$window service:$service level:*
            | stats by (service, _time:$step) count() logs, count() if (level:error) errors
            | sort by (service, _time)
            """#
        ),
        (
            "errors-by-service",
            #"""
            # Which services write errors.
            # param window (duration): how far back, default 1h
            _time:$window level:error | stats by (service) count() errors | sort by (errors desc)
            """#
        ),
        (
            "messages",
            #"""
            # What is written most, numbers and ids left out.
            # param window (duration): how far back, default 1h
            # param service: the service; * for all, default *
            _time:$window service:$service | templates 30 by (service)
            """#
        ),
        (
            "new-messages",
            #"""
            # Which kinds of messages are more or fewer than before.
            # param window (duration): how far back, default 1h
            # param before (duration): how long ago the other window is, default 1d
            # param service: the service; * for all, default *
            _time:$window service:$service | template | compare offset $before by (service, template) | limit 30
            """#
        ),
        (
            "requests-of",
            #"""
            # All records of the requests in which a field has a value.
            # param field (field): such as user_id
            # param value: the value, exactly
            # param window (duration): how far back, default 1h
            _time:$window $field:=$value | limit 100 | trace
            """#
        ),
        (
            "slowest-operations",
            #"""
            # The operations that take longest, by their 99th percentile.
            # param window (duration): how far back, default 1h
            # param service: the service; * for all, default *
            # param count (number): how many, default 20
            _time:$window service:$service duration_ns:*
            | stats by (service, name) count() spans, quantile(0.5, duration_ns) p50_ns, quantile(0.99, duration_ns) p99_ns
            | sort by (p99_ns desc) | limit $count
            """#
        ),
        (
            "unparsed-lines",
            #"""
            # Why lines could not be parsed, or only in part.
            # param window (duration): how far back, default 1d
            _time:$window parse_error:* | stats by (parse_error) count() lines, max(time) last | sort by (lines desc) | limit 20
            """#
        ),
    ]
}
