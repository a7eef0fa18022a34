namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>What a packet holds. Other numbers occur and are refused or skipped. Source: RFC 9580, 5.</summary>
internal enum PacketTag
{
    EncryptedSessionKey = 1,
    Signature = 2,
    PasswordSessionKey = 3,
    OnePassSignature = 4,
    SecretKey = 5,
    PublicKey = 6,
    SecretSubkey = 7,
    CompressedData = 8,
    Marker = 10,
    LiteralData = 11,
    UserId = 13,
    PublicSubkey = 14,
    UserAttribute = 17,
}

/// <summary>One packet: its tag, and its body with partial chunks joined.</summary>
internal readonly ref struct Packet(PacketTag tag, ReadOnlySpan<byte> body)
{
    public PacketTag Tag { get; } = tag;

    public ReadOnlySpan<byte> Body { get; } = body;
}
