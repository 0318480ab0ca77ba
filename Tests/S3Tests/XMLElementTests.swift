import TestSupport
import Testing

@testable import S3

@Suite struct XMLElementTests {
    private func element(_ text: String) -> XMLElement? { XMLElement(Array(text.utf8)) }

    @Test func readsWhatServersAnswer() {
        let list = element(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- a <list> -->
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Prefix/><IsTruncated>false</IsTruncated>
              <Contents><Key>a&amp;b &lt;&gt;&quot;&apos;&#65;&#x42;ü</Key><Size>12</Size></Contents>
              <Contents ><Key>second</Key><Size>0</Size></Contents>
            </ListBucketResult>
            """)
        #expect(list?.name == "ListBucketResult")
        #expect(list?["Prefix"] == "" && list?["IsTruncated"] == "false" && list?["Other"] == nil)
        #expect(list?.children("Contents").map { $0["Key"] } == ["a&b <>\"'ABü", "second"])
        #expect(element("<Empty/>")?.name == "Empty")
    }

    @Test(arguments: [
        "", "text", "<a>", "<a><b></a></b>", "</a>", "<a>&nbsp;</a>", "<a>&amp</a>", "<a", "<>", "<!-- a", "<a>&#xFFFFFFFF;</a>",
        String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100),
    ])
    func whatIsMalformedIsNothing(_ text: String) { #expect(element(text) == nil) }

    @Test func noBytesTrap() {
        var random = SeededRandom.seeded()
        let pieces = ["<a>", "</a>", "<b/>", "&amp;", "&#", ";", "<", ">", "/", "!--", "-->", "?", "x", "\u{0}"]
        for _ in 0..<5_000 {
            let text = (0..<random.below(20)).map { _ in random.pick(pieces) }.joined()
            _ = element(text)
        }
    }
}
