using OrleansRegistry.Tasks;

namespace OrleansRegistry.Remotes;

/// <summary>Changes a remote.</summary>
public sealed class RemoteUpdateHandler(IRemoteStore remotes) : ITaskHandler
{
    public string Kind => RemoteUpdate.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var update = context.Read<RemoteUpdate>();
        if (!await remotes.UpdateAsync(update, cancellationToken))
            throw new ProblemException(
                ProblemKind.NameUnknown, "The remote does not exist any more.", update.Before.Name);
    }
}

/// <summary>Deletes a remote.</summary>
public sealed class RemoteDeletionHandler(IRemoteStore remotes) : ITaskHandler
{
    public string Kind => RemoteDeletion.Kind;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken) =>
        remotes.DeleteAsync(context.Read<RemoteDeletion>().Id, cancellationToken);
}
