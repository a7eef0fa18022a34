using System.Text;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>Writes a certificate as text. Source: RFC 9580, 6.2.</summary>
internal static class PublicArmor
{
    private const int LineLength = 64;
    private const uint Start = 0xB704CE;
    private const uint Polynomial = 0x864CFB;

    public static string Write(ReadOnlySpan<byte> packets)
    {
        var text = new StringBuilder("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n");
        var base64 = Convert.ToBase64String(packets);
        for (var i = 0; i < base64.Length; i += LineLength)
            text.Append(base64, i, Math.Min(LineLength, base64.Length - i)).Append('\n');
        var sum = Checksum(packets);
        text.Append('=').Append(Convert.ToBase64String([(byte)(sum >> 16), (byte)(sum >> 8), (byte)sum]));
        return text.Append("\n-----END PGP PUBLIC KEY BLOCK-----\n").ToString();
    }

    // Old readers want it.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = Start;
        foreach (var one in bytes)
        {
            sum ^= (uint)one << 16;
            for (var i = 0; i < 8; i++)
                sum = (sum & 0x800000) == 0 ? sum << 1 : (sum << 1) ^ Polynomial;
        }

        return sum & 0xFFFFFF;
    }
}
