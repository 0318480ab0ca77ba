/// The stream that the records of a service belong to, by the conventions of VictoriaLogs.
public enum StreamLabel {
    /// `{service="cart"}`, or `{}` without a service.
    public static func text(service: String) -> String {
        guard !service.isEmpty else { return "{}" }
        var quoted: [UInt8] = []
        JSONText.appendString(service, to: &quoted)
        return "{\(FieldNames.service)=\(String(decoding: quoted, as: UTF8.self))}"
    }

    /// 48 hexadecimal digits: 16 zeros, where VictoriaLogs has a tenant, and a hash of the text (Fowler, Noll and Vo,
    /// FNV-1a of 128 bits). It is the same wherever the service is.
    public static func id(service: String) -> String {
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in text(service: service).utf8 { hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 48 - digits.utf8.count) + digits
    }
}
