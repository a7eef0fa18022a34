using OrleansRegistry.Content;
using OrleansRegistry.Signatures;

namespace OrleansRegistry.Signing;

/// <summary>Signs one piece of work: looks for what is signed already, makes the rest, and stores it at once.</summary>
internal sealed class ChunkSigning(
    SigningServices services,
    IMadeSignatures made,
    CosignSigning cosign,
    SigningThreads threads,
    TimeProvider clock)
{
    public async Task<SignedChunk> SignAsync(SigningChunk chunk, CancellationToken cancellationToken)
    {
        var service = await services.OpenAsync(chunk.Service, cancellationToken);
        if (service.Cosign is { } key)
            return await cosign.SignAsync(service.Record, key, chunk, cancellationToken);
        var fingerprint = service.Record.Fingerprint;
        var found = await made.FindAsync(
            fingerprint, chunk.Targets, chunk.Again ? chunk.Task : null, cancellationToken);
        var keys = found.Values.ToList();
        var open = chunk.Targets.Where(target => !found.ContainsKey(target)).ToList();
        if (!chunk.Again && open.Count > 0)
        {
            var brought = await FindBroughtAsync(service, open, cancellationToken);
            await AdoptAsync(fingerprint, brought, chunk.Task, cancellationToken);
            keys.AddRange(brought.Values);
            open.RemoveAll(brought.ContainsKey);
        }

        if (open.Count == 0)
            return new(keys.Count, 0) { Keys = [.. keys.Select(one => one.Key)] };
        var results = await service.Atomic!.SignAsync(open, cancellationToken);
        var signed = results.Where(result => result.Signature is not null)
            .ToDictionary(result => result.Target, result => Read(result.Target, result.Signature!));
        if (signed.Count > 0)
        {
            var counting = await made.AddAsync(fingerprint, signed, chunk.Task, chunk.Again, cancellationToken);
            keys.AddRange(counting.Values);
        }

        return new(keys.Count, signed.Count)
        {
            Keys = [.. keys.Select(one => one.Key)],
            Failures =
            [
                .. from result in results
                   where result.Failure is not null
                   select new SigningFailure($"{result.Target.Manifest}", result.Target.Reference, result.Failure!),
            ],
        };
    }

    // Someone may have signed elsewhere with the same key, and pushed it. Claims are free: each is verified.
    private async Task<Dictionary<SigningTarget, ContentKey>> FindBroughtAsync(
        OpenService service, List<SigningTarget> targets, CancellationToken cancellationToken)
    {
        var claimed = await made.FindClaimedAsync(targets, [.. service.Keys.KeyIds], cancellationToken);
        return claimed.Count == 0 ? [] : await threads.RunAsync(() =>
        {
            var brought = new Dictionary<SigningTarget, ContentKey>();
            foreach (var (target, key, bytes) in claimed)
                if (!brought.ContainsKey(target) && IsGood(service, target, bytes))
                    brought.Add(target, ContentKey.Signature(key));
            return brought;
        });
    }

    // One that is good for a time only is no reason to sign nothing for the time after.
    private bool IsGood(OpenService service, SigningTarget target, byte[] bytes) =>
        AtomicSignature.TryParse(bytes, out var signature, out _)
        && signature.ExpiresAt is null
        && signature.DockerReference == target.Reference
        && Verifier.Verify(signature, target.Sha256, service.Keys, clock.GetUtcNow()) is Verdict.Accepted;

    private Task AdoptAsync(
        string fingerprint,
        Dictionary<SigningTarget, ContentKey> brought,
        Guid task,
        CancellationToken cancellationToken) =>
        brought.Count == 0 ? Task.CompletedTask : made.AdoptAsync(fingerprint, brought, task, cancellationToken);

    private static Signature Read(SigningTarget target, byte[] blob)
    {
        if (!AtomicSignature.TryParse(blob, out var parsed, out var refusal))
            throw new InvalidOperationException($"A signature of our own is not well-formed: {refusal}");
        return parsed.Of(target.Manifest, blob);
    }
}
