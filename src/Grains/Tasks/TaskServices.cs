using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansRegistry.Tasks;

/// <summary>What a node needs to ask for tasks and to do them.</summary>
public static class TaskServices
{
    public static IServiceCollection AddTasks(this IServiceCollection services)
    {
        services.AddSingleton<TaskPlaces>();
        services.AddSingleton<TaskNode>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => provider.GetRequiredService<TaskNode>());
        services.TryAddSingleton<ITaskDispatcher, TaskDispatcher>();
        return services.AddTaskHandler<PurgeHandler>();
    }

    /// <summary>Adds the handler of one kind of task.</summary>
    public static IServiceCollection AddTaskHandler<THandler>(this IServiceCollection services)
        where THandler : class, ITaskHandler =>
        services.AddSingleton<ITaskHandler, THandler>();
}
