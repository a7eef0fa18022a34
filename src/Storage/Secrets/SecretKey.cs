using System.Security.Cryptography;
using System.Text;

namespace OrleansRegistry.Storage;

/// <summary>
/// Encrypts secrets with a key of this server's own: the file <c>secret.key</c> in the data directory, made on first
/// use, readable by its owner only. AES-256-GCM, with the secret's place as associated data; the text is <c>2:</c>, and
/// base64 of nonce, tag and cipher.
/// </summary>
public sealed class SecretKey(DataDirectory data)
{
    public const string FileName = "secret.key";

    private const char Form = '2';
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    private readonly Lazy<byte[]> _key = new(() => Read(data));

    /// <summary>Where it lies.</summary>
    public string Path => System.IO.Path.Combine(data.Root, FileName);

    public string Seal(string text, SecretPlace place)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key.Value, TagBytes);
        cipher.Encrypt(
            nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes),
            place.Bytes(Form));
        return $"{Form}:{Convert.ToBase64String(sealedBytes)}";
    }

    /// <exception cref="CryptographicException">
    /// It was sealed with another key or for another place, or altered.
    /// </exception>
    public string Open(string text, SecretPlace place)
    {
        try
        {
            return IsBound(text)
                ? Decrypt(text[2..], place.Bytes(Form))
                : throw new CryptographicException("It is bound to no place.");
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            throw new CryptographicException(
                $"The secret in {place} does not open: it was altered, put there from elsewhere, or sealed with another "
                + $"{FileName}.",
                exception);
        }
    }

    /// <summary>Whether a secret has the form of today; the earlier one was base64 alone, and bound to no place.</summary>
    internal static bool IsBound(string text) => text is [Form, ':', ..];

    /// <summary>Opens one of the earlier form, to seal it anew.</summary>
    internal string OpenUnbound(string text) => Decrypt(text, []);

    private string Decrypt(string base64, byte[] place)
    {
        var sealedBytes = Convert.FromBase64String(base64);
        if (sealedBytes.Length < NonceBytes + TagBytes)
            throw new CryptographicException("It is too short.");
        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(_key.Value, TagBytes);
        cipher.Decrypt(
            sealedBytes.AsSpan(0, NonceBytes), sealedBytes.AsSpan(NonceBytes + TagBytes),
            sealedBytes.AsSpan(NonceBytes, TagBytes), plain, place);
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
