using OrleansRegistry.Signatures.Keys;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>The public certificate within an export of a secret key.</summary>
internal static class PublicPart
{
    private const int Version4 = 4;
    private const int AlgorithmOffset = 5;
    private const int MaterialOffset = 6;

    /// <exception cref="SecretKeyException">The bytes are no secret key of version 4.</exception>
    public static byte[] Of(ReadOnlySpan<byte> file)
    {
        try
        {
            var certificate = new MemoryStream();
            var reader = new PacketReader(Armor.Remove(file));
            var hasSecret = false;
            while (reader.TryRead(out var packet))
            {
                hasSecret |= packet.Tag is PacketTag.SecretKey;
                certificate.Write(packet.Tag switch
                {
                    PacketTag.SecretKey => PacketWriter.Old(PacketTag.PublicKey, Bare(packet.Body)),
                    PacketTag.SecretSubkey => PacketWriter.Old(PacketTag.PublicSubkey, Bare(packet.Body)),
                    PacketTag.UserId or PacketTag.UserAttribute or PacketTag.Signature => PacketWriter.Old(packet.Tag, packet.Body),
                    _ => [],
                });
            }

            return hasSecret
                ? certificate.ToArray()
                : throw new SecretKeyException("The file holds no OpenPGP secret key.");
        }
        catch (MalformedException malformed)
        {
            throw new SecretKeyException(malformed.Message);
        }
    }

    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> body)
    {
        if (body.Length <= MaterialOffset || body[0] != Version4)
            throw new MalformedException("Only OpenPGP keys of version 4 can sign here.");
        var length = KeyMaterial.PublicLength((KeyAlgorithm)body[AlgorithmOffset], body[MaterialOffset..]);
        return body[..(MaterialOffset + length)];
    }
}
