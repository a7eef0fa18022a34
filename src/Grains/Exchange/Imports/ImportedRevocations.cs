using System.Security.Cryptography;
using OrleansRegistry.Bundles;
using OrleansRegistry.Oci;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>Revokes here what a bundle says is revoked where it was made.</summary>
internal sealed class ImportedRevocations(ISignatureGate gate, IGrainFactory grains, ITaskDispatcher tasks)
{
    /// <summary>Which of those revocations are not in force here.</summary>
    public async Task<IReadOnlyList<RevokedSubject>> FindNewAsync(
        RevocationList list, CancellationToken cancellationToken)
    {
        var withheld = (await gate.AskAsync(cancellationToken)).RequireConfirmed();
        return [.. list.Entries.Where(one => one.Image is { } image
            ? Digest.TryParse(image, out var digest) && !withheld.Has(digest)
            : NamesOf(one) is { Count: > 0 } names && names.Any(name => withheld.Find(name.KeyId, name.Fingerprint) is null))];
    }

    /// <summary>Revokes one, in force when this returns. Repeating it does no harm.</summary>
    public async Task RevokeAsync(
        Guid import, BundleDocument bundle, RevokedSubject one, TaskContext context, Guid group)
    {
        var names = NamesOf(one);
        var subject = one.Image is { } image
            ? new RevocationSubject(null, null, Digest.Parse(image))
            : new RevocationSubject(names[0].KeyId, names[0].Fingerprint);
        var order = new RevocationOrder(
            new(
                IdOf(import, one.Number), subject, $"Revocation {one.Number} of the registry that made the bundle {bundle.Id}.", "",
                null, IsDryRun: false, context.CreatedBy ?? ""),
            names);
        await tasks.DispatchAsync(
            order.Wish.Id, RevocationTasks.Revoke(order) with { Group = group, Parent = context.Id, CreatedBy = context.CreatedBy });
        await grains.KeyRevocation(subject).RevokeAsync(order);
    }

    private static List<KeyName> NamesOf(RevokedSubject one) =>
        [.. one.Keys.Select(key => KeyName.TryParse(key, out var name) ? name : null).OfType<KeyName>()];

    private static Guid IdOf(Guid import, long number) =>
        new(SHA256.HashData([.. import.ToByteArray(), .. BitConverter.GetBytes(number)]).AsSpan(0, 16));
}
