namespace OrleansRegistry.Access;

/// <summary>The key that all nodes sign tokens with.</summary>
public interface ITokenKeyStore
{
    /// <summary>The private key, PKCS#8. Of several nodes that bring one, one wins; all get the same.</summary>
    Task<byte[]> GetOrAddAsync(Func<byte[]> create, CancellationToken cancellationToken = default);
}
