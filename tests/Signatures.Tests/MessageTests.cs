using System.Text;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>The grammar of a signed message, its limits, and what its signature packet may say.</summary>
public sealed class MessageTests
{
    private static readonly TestKey Key = new(1);
    private static readonly TestKey VersionSix = new(6, version: 6);
    private static readonly TrustedKeys Trusted = TrustedKeys.Load(Key.Certificate(), VersionSix.Certificate());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_may_be_compressed_once(int algorithm) =>
        Accepted(Packets.Deflated(Key.Message(Packets.Payload()), algorithm));

    [Fact]
    public void It_may_be_stored_in_a_compressed_packet() =>
        Accepted(Packets.New(8, [0, .. Key.Message(Packets.Payload())]));

    [Fact]
    public void It_may_come_in_parts()
    {
        var deflated = Packets.Deflated(Key.Message(Packets.Payload(optional: $$"""{"x":"{{Noise(1000)}}"}""")));
        var last = deflated[513..];
        Accepted([0xC8, 0xE9, .. deflated[1..513], 0xFF, .. Packets.UInt32((uint)last.Length), .. last]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BZ")]
    [InlineData("BZh")]
    [InlineData("BZh0")]
    [InlineData("BZq9")]
    public void What_is_no_bzip2_is_refused_by_name(string data) =>
        Refused("not bzip2", Packets.New(8, [3, .. Encoding.ASCII.GetBytes(data)]));

    [Fact]
    public void Every_cut_of_a_bzip2_stream_and_every_wrong_byte_in_it_is_refused()
    {
        var whole = Packets.Deflated(Key.Message(Packets.Payload()), 3);
        for (var at = 6; at < whole.Length; at++)
        {
            Assert.False(AtomicSignature.TryParse(whole.AsSpan(0, at), out _, out _));
            var changed = whole.ToArray();
            changed[at] ^= 0x55;
            // The padding of the last byte stands for nothing; all else is under a checksum.
            Assert.False(AtomicSignature.TryParse(changed, out _, out _) && at < whole.Length - 1);
        }
    }

    [Fact]
    public void Compression_within_compression_is_refused() =>
        Refused("compressed twice", Packets.Deflated(Packets.Deflated(Key.Message(Packets.Payload()))));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bytes_after_the_compressed_stream_are_refused(int algorithm) =>
        Refused("follow the end", [.. Packets.Deflated(Key.Message(Packets.Payload()), algorithm), 0]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_compressed_stream_cut_short_is_refused(int algorithm) =>
        Refused("ends early", Packets.Deflated(Key.Message(Packets.Payload()), algorithm)[..^1]);

    [Fact]
    public void Bytes_after_the_message_are_refused() =>
        Refused("follow the signed message", [.. Key.Message(Packets.Payload()), 0xC2]);

    [Fact]
    public void A_marker_packet_is_refused_as_lookaside_clients_do_not_know_it() =>
        Refused("tag 10", [.. Packets.New(10, "PGP"u8.ToArray()), .. Key.Message(Packets.Payload())]);

    [Fact]
    public void Two_signatures_are_refused()
    {
        var message = Key.Message(Packets.Payload());
        byte[] nested = [.. Key.OnePass(), .. message, .. Key.Signature(0, Packets.Payload())];
        Refused("no payload", nested);
        var announced = Key.OnePass();
        announced[^1] = 0;
        Refused("more than one signature", [.. announced, .. message[announced.Length..]]);
    }

    [Fact]
    public void The_signature_is_the_one_that_is_announced()
    {
        var message = Key.Message(Packets.Payload());
        Refused("announces", [.. Key.OnePass(1), .. message[Key.OnePass().Length..]]);
        Refused("announces", [.. VersionSix.OnePass(), .. message[Key.OnePass().Length..]]);
    }

    [Fact]
    public void A_blob_over_the_limit_is_refused() =>
        Refused("larger than 65536", new byte[SignatureLimits.MaxBlobBytes + 1]);

    [Theory]
    [InlineData(1, 20_000_000, 4)]
    [InlineData(2, 20_000_000, 4)]
    [InlineData(3, 20_000_000, 10)]
    [InlineData(3, 2_000_000, 10)]
    [InlineData(3, 70_000, 10)]
    public void What_inflates_beyond_the_limit_is_refused_without_inflating_it(int algorithm, int size, int limits)
    {
        var bomb = Packets.Deflated(Packets.Literal(new byte[size]), algorithm);
        Assert.InRange(bomb.Length, 0, SignatureLimits.MaxBlobBytes);
        Refused("inflates to over", bomb);
        Assert.InRange(AllocatedBytes(bomb), 0, limits * SignatureLimits.MaxBlobBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Noise_up_to_the_limit_is_inflated(int algorithm) =>
        Refused("does not begin with a signature", Packets.Deflated(
            Packets.Literal(Encoding.ASCII.GetBytes(Noise(60_000))), algorithm));

    [Fact]
    public void A_signature_without_issuer_is_refused() =>
        Refused("does not name its issuer", Unnamed([]));

    [Fact]
    public void A_signature_without_time_under_its_hash_is_refused()
    {
        var body = Key.SignatureBody(0, Packets.Payload());
        // The creation time's type becomes that of a notation.
        body[6 + 23 + 1] = 20;
        Refused("when it was made", Message(body));
    }

    [Fact]
    public void An_issuer_named_in_two_ways_must_be_one()
    {
        Refused("different keys",
            Unnamed(Packets.Subpacket(33, [4, .. Key.FingerprintBytes]), Packets.Subpacket(16, new byte[8])));
        Refused("disagree",
            Unnamed(Packets.Subpacket(16, new byte[8]), Packets.Subpacket(16, Key.FingerprintBytes[..8])));
        Refused("does not fit", Unnamed(Packets.Subpacket(33, [6, .. new byte[32]])));
    }

    [Fact]
    public void A_signature_that_names_a_key_id_only_is_verified() =>
        Accepted(Unnamed(Packets.Subpacket(16, Key.FingerprintBytes[12..])));

    [Theory]
    [InlineData(0x10)]
    [InlineData(0x18)]
    [InlineData(0x20)]
    public void A_signature_that_signs_no_document_is_refused(int type) =>
        Refused("signs no document", Key.Message(Packets.Payload(), type));

    [Fact]
    public void A_text_signature_hashes_line_feeds_as_two_characters()
    {
        byte[] payload = [.. Packets.Payload(), (byte)'\n', (byte)'\r', (byte)'\n'];
        Accepted(Key.Message(payload, 1, hashedAs: [.. Packets.Payload(), .. "\r\n\r\n"u8]));
        Refused(RefusalReason.SignatureWrong, Key.Message(payload, 1));
    }

    [Fact]
    public void A_version_6_signature_is_read_and_verified()
    {
        var blob = VersionSix.Message(Packets.Payload());
        var signature = Fixtures.Parse(blob);
        Assert.Equal((6, KeyAlgorithm.Ed25519), (signature.PacketVersion, signature.KeyAlgorithm));
        Assert.Equal((VersionSix.Fingerprint, VersionSix.Fingerprint[..16]), (signature.Fingerprint, signature.KeyId));
        Assert.Equal(Fixtures.SignedAt, signature.CreatedAt);
        Accepted(blob);
        blob[^1] ^= 1;
        Refused(RefusalReason.SignatureWrong, blob);
    }

    [Fact]
    public void A_version_6_signature_must_not_name_a_key_id() =>
        Refused("must not carry",
            VersionSix.Message(Packets.Payload(), subpackets: Packets.Subpacket(16, new byte[8])));

    [Fact]
    public void A_signature_of_unknown_algorithm_still_tells_whose_it_is()
    {
        var body = Key.SignatureBody(0, Packets.Payload());
        body[2] = 30;
        byte[] onePass = Key.OnePass();
        onePass[^10] = 30;
        byte[] blob = [.. onePass, .. Packets.Literal(Packets.Payload()), .. Packets.New(2, body)];
        Assert.Equal(Key.Fingerprint, Fixtures.Parse(blob).Fingerprint);
        Refused(RefusalReason.SignatureWrong, blob);
    }

    [Theory]
    [InlineData(1, RefusalReason.WeakHash)]
    [InlineData(2, RefusalReason.WeakHash)]
    [InlineData(3, RefusalReason.WeakHash)]
    [InlineData(11, RefusalReason.UnsupportedAlgorithm)]
    [InlineData(99, RefusalReason.UnsupportedAlgorithm)]
    public void A_hash_that_is_weak_or_unknown_is_refused(int hash, RefusalReason reason)
    {
        byte[] onePass = Key.OnePass();
        onePass[^11] = (byte)hash;
        byte[] body = Key.SignatureBody(0, Packets.Payload(), hash: hash);
        Refused(reason, [.. onePass, .. Packets.Literal(Packets.Payload()), .. Packets.New(2, body)]);
    }

    [Theory]
    [InlineData(0x80 | 50)]
    [InlineData(0x80 | 20)]
    [InlineData(0x80 | 35)]
    public void A_critical_subpacket_that_is_not_understood_is_refused(int type) =>
        Refused(RefusalReason.UnknownCriticalSubpacket,
            Key.Message(Packets.Payload(), subpackets: Packets.Subpacket(type, new byte[9])));

    [Fact]
    public void A_subpacket_that_is_not_critical_is_ignored() =>
        Accepted(Key.Message(Packets.Payload(), subpackets: Packets.Subpacket(50, new byte[9])));

    [Fact]
    public void A_signature_from_the_future_or_before_its_key_is_refused()
    {
        Refused(RefusalReason.SignatureTimeImpossible, MadeAt((uint)Fixtures.Now.ToUnixTimeSeconds() + 3600));
        Refused(RefusalReason.SignatureTimeImpossible, MadeAt(TestKey.CreatedAt - 1));
        Accepted(MadeAt((uint)Fixtures.Now.ToUnixTimeSeconds() + 60));
    }

    private static string Noise(int length)
    {
        var random = new Random(1);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('a', 'z')));
    }

    private static byte[] MadeAt(uint seconds) =>
        Key.Message(Packets.Payload(), subpackets: Packets.Subpacket(2, Packets.UInt32(seconds)));

    private static byte[] Unnamed(params byte[][] subpackets) =>
        Message(Key.SignatureBody(0, Packets.Payload(), subpackets, withIssuer: false));

    private static byte[] Message(byte[] signature) =>
        [.. Key.OnePass(), .. Packets.Literal(Packets.Payload()), .. Packets.New(2, signature)];

    private static long AllocatedBytes(byte[] blob)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(AtomicSignature.TryParse(blob, out _, out _));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Accepted(byte[] blob) =>
        Assert.IsType<Verdict.Accepted>(Verifier.Verify(blob, Fixtures.Manifest, Trusted, Fixtures.Now));

    private static void Refused(RefusalReason reason, byte[] blob) =>
        Assert.Equal(reason, Assert.IsType<Verdict.Refused>(
            Verifier.Verify(blob, Fixtures.Manifest, Trusted, Fixtures.Now)).Reason);

    private static void Refused(string words, byte[] blob)
    {
        Assert.False(AtomicSignature.TryParse(blob, out _, out var refusal));
        Assert.Contains(words, refusal, StringComparison.Ordinal);
        Refused(RefusalReason.Malformed, blob);
    }
}
