using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>Deletes a signing service once nothing signs by it. What it signed stays.</summary>
internal sealed class SigningServiceDeletionHandler(ISigningServiceStore store, SigningServices services) : ITaskHandler
{
    public string Kind => SigningServiceDeletion.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var id = context.Read<SigningServiceDeletion>().Id;
        await store.DeleteAsync(id, cancellationToken);
        services.Forget(id);
    }
}
