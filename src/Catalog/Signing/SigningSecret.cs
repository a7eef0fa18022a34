namespace OrleansRegistry.Signing;

/// <summary>What a service signs with. A class, not a record: it is written nowhere by accident.</summary>
/// <param name="key">A secret key as it was given, in its own protection; only what cosign encrypted is opened.</param>
/// <param name="passphrase">What opens it; empty where nothing protects it.</param>
public sealed class SigningSecret(byte[] key, string passphrase)
{
    public byte[] Key => key;

    public string Passphrase => passphrase;
}
