using System.Security.Cryptography;
using System.Text;

namespace OrleansRegistry.Storage;

/// <summary>
/// Encrypts secrets with a key of this server's own: the file <c>secret.key</c> in the data directory, made on first
/// use, readable by its owner only. AES-256-GCM; the text form is base64 of nonce, tag and cipher.
/// </summary>
public sealed class SecretKey(DataDirectory data)
{
    public const string FileName = "secret.key";

    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    private readonly Lazy<byte[]> _key = new(() => Read(data));

    /// <summary>Where it lies.</summary>
    public string Path => System.IO.Path.Combine(data.Root, FileName);

    public string Seal(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key.Value, TagBytes);
        cipher.Encrypt(
            nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes));
        return Convert.ToBase64String(sealedBytes);
    }

    /// <exception cref="CryptographicException">It was sealed with another key, or altered.</exception>
    public string Open(string text)
    {
        var sealedBytes = Convert.FromBase64String(text);
        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(_key.Value, TagBytes);
        cipher.Decrypt(
            sealedBytes.AsSpan(0, NonceBytes), sealedBytes.AsSpan(NonceBytes + TagBytes),
            sealedBytes.AsSpan(NonceBytes, TagBytes), plain);
        return Encoding.UTF8.GetString(plain);
    }

    private static byte[] Read(DataDirectory data)
    {
        var key = data.ReadOrCreateSecret(FileName, () => RandomNumberGenerator.GetBytes(KeyBytes));
        return key.Length == KeyBytes
            ? key
            : throw new InvalidDataException(
                $"{System.IO.Path.Combine(data.Root, FileName)} is not a key of {KeyBytes} bytes; restore it from a backup.");
    }
}
