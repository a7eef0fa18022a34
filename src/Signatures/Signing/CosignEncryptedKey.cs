using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>
/// A private key as <c>cosign generate-key-pair</c> encrypts it: PEM around JSON, a key from the passphrase by scrypt, and
/// NaCl's secretbox (XSalsa20 and Poly1305) around PKCS #8. Sources: cosign, KEYS.md; RFC 7914; NaCl, crypto_secretbox.
/// </summary>
internal sealed class CosignEncryptedKey
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 24;
    private const int TagBytes = 16;

    // cosign asks for 64 MiB: N 65536, r 8, p 1. Who pushes a key chooses what opening it costs.
    private const long MostScryptBytes = 128L * 1024 * 1024;
    private const int MostScryptPasses = 4;

    // One at a time: each holds its memory for as long as it takes.
    private static readonly Lock OneAtATime = new();

    private readonly byte[] _salt, _nonce, _box;
    private readonly int _n, _r, _p;

    private CosignEncryptedKey(JsonElement json)
    {
        var (kdf, cipher) = (json.GetProperty("kdf"), json.GetProperty("cipher"));
        if (kdf.GetProperty("name").GetString() != "scrypt" || cipher.GetProperty("name").GetString() != "nacl/secretbox")
            throw new SecretKeyException(
                "The key is encrypted in a way that is not known: cosign's own is scrypt and nacl/secretbox.");
        var parameters = kdf.GetProperty("params");
        _n = parameters.GetProperty("N").GetInt32();
        _r = parameters.GetProperty("r").GetInt32();
        _p = parameters.GetProperty("p").GetInt32();
        _salt = kdf.GetProperty("salt").GetBytesFromBase64();
        _nonce = cipher.GetProperty("nonce").GetBytesFromBase64();
        _box = json.GetProperty("ciphertext").GetBytesFromBase64();
    }

    /// <summary>Reads the file. False where it is a key in another form.</summary>
    /// <exception cref="SecretKeyException">It is one of cosign's, and damaged or too costly to open.</exception>
    public static bool TryRead(string pem, [NotNullWhen(true)] out CosignEncryptedKey? key)
    {
        key = null;
        if (!PemEncoding.TryFind(pem, out var fields)
            || pem[fields.Label] is not ("ENCRYPTED SIGSTORE PRIVATE KEY" or "ENCRYPTED COSIGN PRIVATE KEY"))
            return false;
        try
        {
            using var json = JsonDocument.Parse(
                Convert.FromBase64String(pem[fields.Base64Data]), new() { MaxDepth = 8, AllowDuplicateProperties = false });
            key = new(json.RootElement);
        }
        catch (Exception exception)
            when (exception is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new SecretKeyException("The key says that cosign encrypted it, but is not written as cosign writes keys.");
        }

        key.RequireBounded();
        return true;
    }

    /// <summary>The PKCS #8 form.</summary>
    /// <exception cref="SecretKeyException">The passphrase is wrong.</exception>
    public byte[] Open(string passphrase)
    {
        byte[] key;
        lock (OneAtATime)
            key = SCrypt.Generate(Encoding.UTF8.GetBytes(passphrase), _salt, _n, _r, _p, KeyBytes);

        var stream = new XSalsa20Engine();
        stream.Init(forEncryption: false, new ParametersWithIV(new KeyParameter(key), _nonce));
        // The first bytes of the key stream authenticate; the message is under what follows.
        var authentication = new byte[KeyBytes];
        stream.ProcessBytes(authentication, 0, KeyBytes, authentication, 0);
        var poly = new Poly1305();
        poly.Init(new KeyParameter(authentication));
        poly.BlockUpdate(_box, TagBytes, _box.Length - TagBytes);
        var tag = new byte[TagBytes];
        poly.DoFinal(tag, 0);
        if (!CryptographicOperations.FixedTimeEquals(tag, _box.AsSpan(0, TagBytes)))
            throw new SecretKeyException("The passphrase does not open the key, or the key was changed.");

        var opened = new byte[_box.Length - TagBytes];
        stream.ProcessBytes(_box, TagBytes, opened.Length, opened, 0);
        return opened;
    }

    private void RequireBounded()
    {
        if (_n < 2 || !BitOperations.IsPow2(_n) || _r < 1 || _p < 1 || _nonce.Length != NonceBytes || _box.Length <= TagBytes)
            throw new SecretKeyException("The key says that cosign encrypted it, but is not written as cosign writes keys.");
        if (128L * _n * _r > MostScryptBytes || _p > MostScryptPasses)
            throw new SecretKeyException(
                $"Opening the key would take scrypt with N {_n}, r {_r}, p {_p}; at most 128 MiB and p {MostScryptPasses} are "
                + "taken. Encrypt it again with cosign's own numbers: N 65536, r 8, p 1.");
    }
}
