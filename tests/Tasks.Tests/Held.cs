using System.Reflection;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>Ports whose calls a test holds.</summary>
public static class Held
{
    /// <param name="port">The port.</param>
    /// <param name="hold">What happens before a call, given its method and its token.</param>
    public static T Behind<T>(T port, Func<Func<string, CancellationToken, Task>> hold)
        where T : class
    {
        var held = DispatchProxy.Create<T, Held<T>>();
        ((Held<T>)(object)held).Hold(port, hold);
        return held;
    }
}

/// <summary>A port whose calls are held: the token of each is the last of its arguments.</summary>
public class Held<T> : DispatchProxy
    where T : class
{
    private static readonly MethodInfo Wait =
        typeof(Held<T>).GetMethod(nameof(WaitAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    private T _port = null!;
    private Func<Func<string, CancellationToken, Task>> _hold = null!;

    internal void Hold(T port, Func<Func<string, CancellationToken, Task>> hold) => (_port, _hold) = (port, hold);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var before = _hold()(targetMethod!.Name, args is [.., CancellationToken token] ? token : default);
        if (before.IsCompletedSuccessfully)
            return targetMethod.Invoke(_port, args);
        var answer = targetMethod.ReturnType.GenericTypeArguments is [var type] ? type : typeof(bool);
        return Wait.MakeGenericMethod(answer).Invoke(null, [before, () => targetMethod.Invoke(_port, args)]);
    }

    private static async Task<TAnswer> WaitAsync<TAnswer>(Task before, Func<object?> call)
    {
        await before;
        var answer = call();
        if (answer is Task<TAnswer> typed)
            return await typed;
        await (Task)answer!;
        return default!;
    }
}
