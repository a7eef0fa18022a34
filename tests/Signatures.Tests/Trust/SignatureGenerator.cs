using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>Makes signatures of an image: many that are well, and of each way to be wrong some.</summary>
internal sealed class SignatureGenerator(Chance chance, NameGenerator names, Digest manifest, string file)
{
    private const uint SignedAt = TestKey.SignedAt;

    private const string Late = "expires after 2106";
    private const string Strict = "payloads are read as the schema has them";
    private const string Bytes = "messages are read as containers-signature(5) has them";

    private static readonly (string File, string? OnPurpose)[] Recorded =
    [
        .. Fixtures.Expected.Select(one => (one.File, one.File switch
        {
            "sigs/bad/cleartext.asc" or "sigs/ambiguous/armored.asc" or "sigs/ambiguous/double-compressed.sig"
                or "sigs/ambiguous/sha1.sig" or "sigs/ambiguous/partial-length.sig"
                or "sigs/ambiguous/sig-then-literal.sig" or "sigs/ambiguous/v3-rsa2048.sig" => Bytes,
            _ when one.File.Contains("subkey", StringComparison.Ordinal) => Reasons.Subkey,
            _ when one.File.StartsWith("sigs/ambiguous/payload-", StringComparison.Ordinal) => Strict,
            _ => null,
        })),
    ];

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public GeneratedSignature Atomic(Maker home)
    {
        if (chance.In(8))
        {
            var (recorded, onPurpose) = chance.Of(Recorded);
            return new(recorded, Fixtures.Read(recorded), IsIntact: false, onPurpose);
        }

        var maker = chance.Below(100) switch
        {
            < 75 => home,
            < 88 => chance.Of(Maker.Good),
            < 98 => chance.Of(Maker.Bad),
            _ => Maker.Version6,
        };
        var reason = maker.Name is "subkey" ? Reasons.Subkey : maker == Maker.Version6 ? Reasons.Version6 : null;
        var (payload, what, strict) = Payload("atomic container signature");
        if (maker.SignWith is { } sign && chance.In(10))
        {
            var (more, how) = Subpackets();
            return new(
                $"{maker}, {what}, {how}", sign(payload, more), IsIntact: true, strict, reason, how == Late ? Reasons.Dates : null);
        }

        var message = maker.Sign(payload, SignedAt);
        var form = chance.Below(100);
        if (form < 80)
            return new(
                $"{maker}, {what}", form < 40 ? message : Packets.Deflated(message, form < 60 ? 1 : form < 75 ? 2 : 3),
                IsIntact: true, strict, reason);
        var (broken, why) = Break(message);
        return new($"{maker}, {what}, {why}", broken, IsIntact: false, strict, reason, Reasons.Looks);
    }

    public GeneratedAttachment Attached(CosignMaker home)
    {
        var maker = chance.In(80) ? home : chance.Of(CosignMaker.All);
        var (payload, what, _) = Payload("cosign container image signature", strictly: true);
        var value = maker.Sign(payload);
        var broken = chance.Below(20);
        switch (broken)
        {
            case 0:
                value = [.. value];
                value[chance.Below(value.Length)] ^= (byte)(1 << chance.Below(8));
                what += ", its value changed";
                break;
            case 1:
                payload = [.. payload, (byte)' '];
                what += ", a space added";
                break;
            case 2:
                value = chance.Of<byte[]>([], [.. value, 0], value[..^1]);
                what += ", its length changed";
                break;
        }

        return new($"{maker}, {what}", payload, value, IsIntact: broken > 2);
    }

    private (byte[] Payload, string What, string? Strict) Payload(string type, bool strictly = false)
    {
        var digest = chance.In(85)
            ? manifest.ToString()
            : chance.Of(
                $"sha256:{new string('0', 64)}", manifest.Hex, $"SHA256:{manifest.Hex}", $"sha256:{manifest.Hex.ToUpperInvariant()}",
                Fixtures.DigestOf("manifests/oci-arm64.json").ToString(), Fixtures.DigestOf("manifests/oci-index.json").ToString(),
                Digest.Sha256(Fixtures.Read(file)).ToString(), $"sha512:{new string('0', 128)}", "", $"{manifest} ");
        var reference = names.Reference(70);
        var what = $"{digest} as '{reference}'";
        var good = Write(digest, reference, type, "{}");
        if (chance.In(75))
            return (Encoding.UTF8.GetBytes(good), what, null);
        (string Text, bool IsStrict)[] others =
        [
            .. new (string Optional, bool IsStrict)[]
            {
                ("null", false), ("[]", false), ("1", false), ("""{"creator":"x","timestamp":1}""", false),
                ("""{"creator":1}""", false), ("""{"creator":null}""", true), ("""{"timestamp":null}""", true),
                ("""{"timestamp":"1"}""", false), ("""{"timestamp":1.5}""", false), ("""{"timestamp":1.0}""", false),
                ("""{"timestamp":1e3}""", false), ("""{"timestamp":1e30}""", false), ("""{"timestamp":-1}""", false),
                ("""{"timestamp":9007199254740993}""", false), ("""{"timestamp":9223372036854775807}""", true),
                ("""{"x":1,"X":2}""", false), ("""{"x":{"y":1,"y":2}}""", true), ("""{"x":1,"x":2}""", false),
                ("""{"creator":"\ud800"}""", true), ("""{"Creator":1}""", false), ("""{"x":[[[[[[[[1]]]]]]]]}""", false),
                ("""{"x":1e999}""", false),
            }.Select(one => (Write(digest, reference, type, one.Optional), one.IsStrict)),
            ($" \n{good}\t", false), ($"{good}{{}}", false), ($"{good},", false), ($"[{good}]", false), ("", false), ("null", false),
            ($"\ufeff{good}", false), ($"/**/{good}", false), (good.Replace("\"critical\"", "\"Critical\""), false),
            (good.Replace("\"docker-reference\"", "\"Docker-Reference\""), false),
            (good.Replace("\"critical\":", "\"critical\":{},\"critical\":"), false),
            (good.Replace("\"image\":", "\"x\":1,\"image\":"), false), (good.Replace(type, type.ToUpperInvariant()), false),
            (good.Replace(type, "atomic container signature"), false), (good.Replace(type, "cosign container image signature"), false),
            (good.Replace("\"optional\":{}", "\"optional\":{},"), false), (good.Replace(",\"optional\":{}", ""), false),
            (good.Replace("docker-reference", "docker\\u002dreference"), false), (good.Replace("\"type\":", "\"type\":null,\"x\":"), false),
            (good.Replace($"\"{type}\"", "null"), false), (good.Replace($"\"{digest}\"", "null"), false),
        ];
        var other = chance.Of(others);
        return other.IsStrict && strictly
            ? (Encoding.UTF8.GetBytes(good), what, null)
            : (Encoding.UTF8.GetBytes(other.Text), $"{what}: {other.Text}", other.IsStrict ? Strict : null);
    }

    private static string Write(string digest, string reference, string type, string optional) =>
        $"{{\"critical\":{{\"identity\":{{\"docker-reference\":{JsonSerializer.Serialize(reference, Plain)}}},\"image\":"
        + $"{{\"docker-manifest-digest\":\"{digest}\"}},\"type\":\"{type}\"}},\"optional\":{optional}}}";

    private (byte[][] Subpackets, string How) Subpackets() => chance.Below(6) switch
    {
        0 => ([Packets.Subpacket(2, Packets.UInt32(SignedAt)), Packets.Subpacket(3, Packets.UInt32(86400))], "expired"),
        1 => ([Packets.Subpacket(2, Packets.UInt32(SignedAt)), Packets.Subpacket(3, Packets.UInt32(0x70000000))], "expires later"),
        2 => ([Packets.Subpacket(2, Packets.UInt32(SignedAt)), Packets.Subpacket(0x80 | 60, [1])], "unknown critical subpacket"),
        4 => ([Packets.Subpacket(2, Packets.UInt32(SignedAt)), Packets.Subpacket(3, Packets.UInt32(0xF0000000))], Late),
        3 => ([Packets.Subpacket(2, Packets.UInt32(TestKey.CreatedAt - 86400))], "before the key"),
        _ => ([Packets.Subpacket(2, Packets.UInt32(SignedAt)), Packets.Subpacket(60, [1])], "unknown subpacket"),
    };

    private (byte[] Blob, string How) Break(byte[] message)
    {
        byte[] changed = [.. message];
        switch (chance.Below(6))
        {
            case 0:
                return (message[..chance.Below(message.Length)], "truncated");
            case 1:
                return ([.. message, .. message], "twice");
            case 2:
                return ([.. message, 0], "a zero behind");
            case 3:
                changed[^(1 + chance.Below(60))] ^= (byte)(1 << chance.Below(8));
                return (changed, "its value changed");
            case 4:
                var place = message.AsSpan().IndexOf("docker-manifest-digest"u8);
                if (place < 0)
                    place = message.Length / 2;
                changed[place + 30] ^= 1;
                return (changed, "its payload changed");
            default:
                var position = chance.Below(message.Length);
                changed[position] ^= (byte)(1 + chance.Below(255));
                return (changed, $"byte {position} of {message.Length} changed");
        }
    }
}
