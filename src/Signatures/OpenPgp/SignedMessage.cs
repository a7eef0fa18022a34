namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>An OpenPGP signed message: one payload and the one signature over it. Binary, never armored.</summary>
/// <remarks>
/// Grammar, outermost first: at most one compressed packet that holds the rest; then one-pass, literal, signature; or
/// in the old form signature, literal. Nothing before, between or after, markers included. Source: RFC 9580, 10.3.
/// </remarks>
internal sealed class SignedMessage
{
    private SignedMessage(byte[] payload, SignaturePacket signature) => (Payload, Signature) = (payload, signature);

    public byte[] Payload { get; }

    public SignaturePacket Signature { get; }

    /// <exception cref="MalformedException">The bytes are anything else, or larger than the limits.</exception>
    public static SignedMessage Parse(ReadOnlySpan<byte> blob)
    {
        if (blob.Length > SignatureLimits.MaxBlobBytes)
            throw new MalformedException($"The signature is larger than {SignatureLimits.MaxBlobBytes} bytes.");
        var outer = new PacketReader(blob);
        if (!outer.TryRead(out var first))
            throw new MalformedException("The signature is empty.");
        if (first.Tag != PacketTag.CompressedData)
            return ParseSigned(blob);
        if (!outer.AtEnd)
            throw new MalformedException("Bytes follow the signed message.");
        return ParseSigned(CompressedPacket.Inflate(first.Body));
    }

    private static SignedMessage ParseSigned(ReadOnlySpan<byte> bytes)
    {
        var reader = new PacketReader(bytes);
        if (!reader.TryRead(out var first))
            throw new MalformedException("The compressed packet is empty.");
        var message = first.Tag switch
        {
            PacketTag.OnePassSignature => ReadOnePass(first, ref reader),
            PacketTag.Signature => ReadSignatureFirst(first, ref reader),
            PacketTag.LiteralData => throw new MalformedException("The message does not begin with a signature."),
            PacketTag.CompressedData => throw new MalformedException("The message is compressed twice."),
            PacketTag.EncryptedSessionKey or PacketTag.PasswordSessionKey =>
                throw new MalformedException("The message is encrypted, not just signed."),
            var tag => throw new MalformedException($"A signed message can't begin with a packet of tag {(int)tag}."),
        };
        if (!reader.AtEnd)
            throw new MalformedException("Bytes follow the signed message.");
        return message;
    }

    private static SignedMessage ReadOnePass(Packet first, ref PacketReader reader)
    {
        var announced = new OnePassPacket(first.Body);
        var payload = ReadLiteral(ref reader);
        if (!reader.TryRead(out var last) || last.Tag != PacketTag.Signature)
            throw new MalformedException("No signature follows the payload.");
        var signature = ParseSignature(last.Body);
        return announced.Announces(signature)
            ? new(payload, signature)
            : throw new MalformedException("The signature is not the one that its message announces.");
    }

    private static SignedMessage ReadSignatureFirst(Packet first, ref PacketReader reader)
    {
        var signature = ParseSignature(first.Body);
        return new(ReadLiteral(ref reader), signature);
    }

    private static SignaturePacket ParseSignature(ReadOnlySpan<byte> body)
    {
        var signature = SignaturePacket.Parse(body);
        return signature.Type is SignatureType.Binary or SignatureType.Text
            ? signature
            : throw new MalformedException(
                $"The signature is of type 0x{(int)signature.Type:X2}, which signs no document.");
    }

    /// <summary>
    /// The data of the literal packet. Its file name and time are not signed, and ignored. Source: RFC 9580, 5.9.
    /// </summary>
    private static byte[] ReadLiteral(ref PacketReader reader)
    {
        if (!reader.TryRead(out var packet) || packet.Tag != PacketTag.LiteralData)
            throw new MalformedException("The message holds no payload: it is a detached or a second signature.");
        var octets = new Octets(packet.Body, "literal packet");
        if (octets.TakeByte() is not ((byte)'b' or (byte)'t' or (byte)'u'))
            throw new MalformedException("The payload is neither binary nor text.");
        octets.Take(octets.TakeByte());
        octets.Take(4);
        return octets.TakeRest().ToArray();
    }
}
