using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Registry;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management.Tests;

/// <summary>The gate is asked when everything is read: reading may take its time.</summary>
public sealed class LateReadingTests
{
    [Fact]
    public async Task What_is_withheld_while_it_is_read_is_not_shown()
    {
        var (rule, key) = (new Rule(), new Key());
        var signature = new ServedSignature(default, "", key.Id, key.Fingerprint, [], default);
        var meanwhile = () => { };
        var visible = new VisibleContent(null!, null!, null!, null!, new Reader(signature, () => meanwhile()), rule);
        Assert.Equal([signature], await ShownAsync());
        meanwhile = () => rule.Withhold(keyIds: [key.Id]);
        Assert.Empty(await ShownAsync());

        async Task<IReadOnlyList<ServedSignature>> ShownAsync() =>
            await visible.GetSignaturesAsync(new(default, 1, false), Digest.Sha256([]), CancellationToken.None);
    }

    private sealed class Reader(ServedSignature signature, Action meanwhile) : ISignatureReader
    {
        public Task<Digest?> FindSignedAsync(
            Guid repository, int version, Digest digest, CancellationToken cancellationToken = default) =>
            Task.FromResult<Digest?>(digest);

        public Task<IReadOnlyList<ServedSignature>> ListAsync(
            Guid repository, int version, Digest manifest, CancellationToken cancellationToken = default)
        {
            meanwhile();
            return Task.FromResult<IReadOnlyList<ServedSignature>>([signature]);
        }

        public Task<IReadOnlyList<ServedSignature>> ListAllAsync(
            Guid repository, int version, string? last, int limit, Withheld withheld,
            CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
