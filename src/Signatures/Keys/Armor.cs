using System.Buffers.Text;
using System.Text;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>Takes the binary packets out of ASCII armor. For key files only: armored signatures are refused.</summary>
/// <remarks>Source: RFC 9580, 6.2. The checksum is optional there, must not decide, and is skipped.</remarks>
internal static class Armor
{
    private const string Begin = "-----BEGIN PGP ";
    private const string End = "-----END PGP ";

    /// <summary>The packets of all armored key blocks in the file, or the file itself where it is binary.</summary>
    /// <exception cref="MalformedException">The text holds no key block, or a damaged one.</exception>
    public static byte[] Remove(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty || (file[0] & 0x80) != 0)
            return file.ToArray();
        var packets = new MemoryStream(file.Length);
        StringBuilder? block = null;
        var inHeaders = false;
        foreach (var range in file.Split((byte)'\n'))
        {
            var line = Encoding.Latin1.GetString(file[range]).Trim();
            if (line.StartsWith(Begin, StringComparison.Ordinal))
            {
                block = line.EndsWith(" KEY BLOCK-----", StringComparison.Ordinal) ? new() : null;
                inHeaders = true;
            }
            else if (line.StartsWith(End, StringComparison.Ordinal))
            {
                packets.Write(Decode(block?.ToString()));
                block = null;
            }
            else if (inHeaders)
            {
                inHeaders = line.Length > 0;
            }
            else if (!line.StartsWith('='))
            {
                block?.Append(line);
            }
        }
        return packets.Length > 0 && block is null
            ? packets.ToArray()
            : throw new MalformedException("The file holds no complete OpenPGP key, binary or armored.");
    }

    private static byte[] Decode(string? base64)
    {
        var ascii = Encoding.ASCII.GetBytes(base64 ?? "");
        return Base64.IsValid(ascii)
            ? Convert.FromBase64String(base64 ?? "")
            : throw new MalformedException("The armored key block is damaged.");
    }
}
