import FuzzSupport
import Records
import Testing

@testable import Parsing

/// What is found as a secret, and what is written for it.
struct RedactionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let find: String
        let text: String
        let redacted: String

        init(_ find: String, _ text: String, _ redacted: String? = nil) {
            self.find = find
            self.text = text
            self.redacted = redacted ?? text
        }

        var testDescription: String { "\(find) in \(text)" }
    }

    @Test(arguments: emails + cards + bearers + awsKeys + patterns)
    func masks(_ example: Case) throws {
        let set = try DefinitionText.set("extract: 'n <m>'\nredact: [{find: \(DefinitionText.quoted(example.find))}]")
        #expect(set.rows("n \(example.text)").map(\.fields) == [["m": string(example.redacted)]])
    }

    static let emails = [
        Case("email", "ann@shop.example", "[email]"),
        Case("email", "to <ann.b+c%d_e-f@mail-1.shop.example>, bob@x.org.", "to <[email]>, [email]."),
        Case("email", "user=ann@shop.example&x=1", "user=[email]&x=1"),
        Case("email", "mailto:ann@shop.example?subject=x", "mailto:[email]?subject=x"),
        Case("email", "é ann@shop.example é", "é [email] é"),
        Case("email", "a@b.co,c@d.co", "[email],[email]"),
        Case("email", "ann@localhost"),
        Case("email", "ann@shop.e"),
        Case("email", "ann@.example"),
        Case("email", "@shop.example"),
        Case("email", "ann@"),
        Case("email", "ann @ shop.example"),
        Case("email", "10.0.0.1@"),
    ]

    static let cards = [
        Case("card", "4111111111111111", "[card]"),
        Case("card", "card=4111 1111 1111 1111;", "card=[card];"),
        Case("card", "4111-1111-1111-1111", "[card]"),
        Case("card", "378282246310005", "[card]"),
        Case("card", "4222222222222", "[card]"),
        Case("card", "6304000000000000", "[card]"),
        Case("card", "5555555555554444 and 4012888888881881", "[card] and [card]"),
        // Does not pass the Luhn check.
        Case("card", "4111111111111112"),
        Case("card", "4111 1111 1111 1112"),
        // Inside of what is longer, or goes on.
        Case("card", "41111111111111110000"),
        Case("card", "x4111111111111111"),
        Case("card", "4111  1111  1111  1111"),
        Case("card", "411111111111"),
        Case("card", "0000000000000000"),
        Case("card", "2023-01-29 09:20:29"),
        // Other numbers around it do not hide it.
        Case("card", "4111111111111111 12/27", "[card] 12/27"),
        Case("card", "4111 1111 1111 1111 123", "[card] 123"),
        Case("card", "order 17 4111111111111111", "order 17 [card]"),
        Case("card", "2023-01-29 4111111111111111", "2023-01-29 [card]"),
    ]

    static let bearers = [
        Case("bearer", "Authorization: Bearer abcDEF123-._~+/==", "Authorization: Bearer [bearer]"),
        Case("bearer", "authorization: bearer abcdefgh, x", "authorization: bearer [bearer], x"),
        Case("bearer", "Bearer abcdefgh Bearer ijklmnop", "Bearer [bearer] Bearer [bearer]"),
        Case("bearer", "Bearer "),
        Case("bearer", "Bearer: x"),
        Case("bearer", "the bearer of news"),
    ]

    static let awsKeys = [
        Case("aws_key", "AKIAIOSFODNN7EXAMPLE", "[aws_key]"),
        Case("aws_key", "key=ASIAIOSFODNN7EXAMPLE&x", "key=[aws_key]&x"),
        Case("aws_key", "AKIAIOSFODNN7EXAMPL"),
        Case("aws_key", "AKIAIOSFODNN7EXAMPLE1"),
        Case("aws_key", "XAKIAIOSFODNN7EXAMPLE"),
        Case("aws_key", "AKIAiosfodnn7EXAMPLE"),
        Case("aws_key", "ABIAIOSFODNN7EXAMPLE"),
    ]

    static let patterns = [
        Case("password=<p:word>", "password=x", "password=[redacted]"),
        Case("password=<p:word>", "a password=x password=y b", "a password=[redacted] password=[redacted] b"),
        Case("password=<p:word>", "password= x"),
        Case("\"pin\":<p:int>", #"{"pin":1234,"x":"pin"}"#, #"{"pin":[redacted],"x":"pin"}"#),
        Case("user=<a:word>&pw=<b:word>", "user=ann&pw=x", "user=[redacted]&pw=[redacted]"),
        Case("id=<_:int>,<b:int>", "id=1,2", "id=1,[redacted]"),
        Case("<a:ip>", "from 10.0.0.9 to 10.0.0.10.", "from [redacted] to [redacted]."),
    ]

    /// A hash is the same for the same value and key, and tells nothing of either.
    @Test func hashesCanBeJoined() throws {
        let body = "extract: 'n <a:word> <b:word> <c:word>'\nredact: [{find: email, by: hash}]"
        let line = "n ann@shop.example x=ann@shop.example bob@shop.example"
        func fields(key: String) throws -> [String: String] {
            try #require(try DefinitionText.set(body, key: key).rows(line).first).fields.mapValues(\.text)
        }
        let first = try fields(key: "one")
        let hash = try #require(first["a"])
        #expect(hash.wholeMatch(of: #/\[email:[0-9a-f]{16}\]/#) != nil)
        #expect(first["b"] == "x=\(hash)")
        #expect(first["c"] != hash)
        #expect(try fields(key: "one") == first)
        #expect(Set(first.values).isDisjoint(with: Set(try fields(key: "two").values)))
    }

    /// By HMAC-SHA256 with the SHA-256 of the secret as its key; the first 16 digits are those of `openssl`.
    @Test func hashesStayTheSameFromReleaseToRelease() {
        #expect(RedactionKey(secret: "secret").hash(Array("ann@shop.example".utf8).span) == Self.knownHash)
    }

    /// printf 'ann@shop.example' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf secret | sha256sum | cut -c1-64)
    static let knownHash = "039cc03fc4651dbd"

    private static let json = """
        format: json
        match: {fields: [k]}
        """

    @Test func onlyTheNamedFields() throws {
        let set = try DefinitionText.set("\(Self.json)\nredact: [{find: email, in: [a, user.mail, request_id]}]")
        let line = #"{"k":"a@b.co","a":"a@b.co","user":{"mail":"a@b.co","name":"a@b.co"},"request_id":"a@b.co"}"#
        #expect(set.rows(line).map { $0.fields.mapValues(\.text) } == [[
            "k": "a@b.co", "a": "[email]", "user.mail": "[email]", "user.name": "a@b.co", "request_id": "[email]",
        ]])
    }

    /// All ids and times that Lockstitch itself relies on stay as they are, even where they look like a card's number.
    @Test func idsAndTimesAreLeftAloneByDefault() throws {
        let set = try DefinitionText.set("\(Self.json)\nredact: [{find: card}]")
        let names = [
            "trace_id", "span_id", "parent_span_id", "request_id", "http.req.id", "correlation_id", "traceparent",
            "start_time_unix_nano",
        ]
        for name in names {
            let rows = set.rows(#"{"k":"x","other":"4111111111111111","\#(name)":"4111111111111111"}"#)
            #expect(rows.map { $0.fields.mapValues(\.text) } == [["k": "x", "other": "[card]", name: "4111111111111111"]])
        }
    }

    @Test func numbersAreLookedAtToo() throws {
        let set = try DefinitionText.set("\(Self.json)\nredact: [{find: card}]")
        #expect(set.rows(#"{"k":4111111111111111,"l":[4111111111111111]}"#).map(\.fields) == [
            ["k": string("[card]"), "l": string("[[card]]")]
        ])
    }

    /// Each rule works on what those before it have left, and on what an inner line gave.
    @Test func rulesWorkOneAfterAnother() throws {
        let set = try DefinitionText.set(
            "extract: 'n <text>'\ninner: text\nredact: [{find: email}, {find: 'pw=<p:word>'}, {find: card, by: mask}]")
        #expect(set.rows(#"n {"a":"a@b.co pw=a@b.co 4111111111111111"}"#).map(\.fields) == [
            ["a": string("[email] pw=[redacted] [card]")]
        ])
    }
}
